extension Properties {
    // MARK: What this version does something with

    /// The defaults of all properties that this version does something with, by their names; empty where there is none.
    /// Those of object adapters aside. Each is described in `docs/properties.md`.
    package static let understood: [String: String] = {
        var defaults = [
            "Ice.AcceptClassCycles": "0",
            "Ice.BackgroundLocatorCacheUpdates": "0",
            "Ice.BatchAutoFlushSize": "1024",
            "Ice.ClassGraphDepthMax": "100",
            "Ice.Compression.Level": "1",
            "Ice.Config": "",
            "Ice.Default.CollocationOptimized": "1",
            "Ice.Default.EncodingVersion": "1.1",
            "Ice.Default.EndpointSelection": "Random",
            "Ice.Default.Host": "",
            "Ice.Default.InvocationTimeout": "-1",
            "Ice.Default.Locator": "",
            "Ice.Default.LocatorCacheTimeout": "-1",
            "Ice.Default.Protocol": "tcp",
            "Ice.Default.Router": "",
            "Ice.Default.SlicedFormat": "0",
            "Ice.Default.SourceAddress": "",
            "Ice.IPv4": "1",
            "Ice.IPv6": "1",
            "Ice.ImplicitContext": "None",
            "Ice.MessageSizeMax": "1024",
            "Ice.Override.Compress": "",
            "Ice.PreferIPv6Address": "0",
            "Ice.PrintAdapterReady": "0",
            "Ice.ProgramName": "",
            "Ice.PublishedHost": "",
            "Ice.RetryIntervals": "0",
            "Ice.TCP.Backlog": "511",
            "Ice.ToStringMode": "Unicode",
            "Ice.UDP.RcvSize": "",
            "Ice.UDP.SndSize": "",
            "Ice.Warn.UnusedProperties": "0",
        ]
        for side in ["Client", "Server"] {
            defaults["Ice.Connection.\(side).CancelDispatches"] = "0"
            defaults["Ice.Connection.\(side).ConnectTimeout"] = "10"
            defaults["Ice.Connection.\(side).CloseTimeout"] = "10"
            defaults["Ice.Connection.\(side).EnableIdleCheck"] = "1"
            defaults["Ice.Connection.\(side).IdleTimeout"] = "60"
            defaults["Ice.Connection.\(side).InactivityTimeout"] = "300"
            defaults["Ice.Connection.\(side).MaxDispatches"] = "100"
        }
        return defaults.merging(TLSSettings.defaults) { $1 }.merging(Tracing.defaults) { $1 }
    }()

    /// Their names.
    package static let understoodNames = Set(understood.keys)

    /// The names that are set, belong to Ice and have no effect here. Ice 3.8 refuses names that it doesn't know; but
    /// configuration files of Ice 3.7 and 3.8 are full of names that it does and that mean nothing here, as the sizes of
    /// thread pools, so they are named in a warning and do no harm.
    package var namesWithoutEffect: [String] {
        names.filter { name in
            guard let prefix = name.split(separator: ".", maxSplits: 1).first else { return false }
            return Self.reservedPrefixes.contains(String(prefix)) && !Self.understoodNames.contains(name)
        }
    }
}
