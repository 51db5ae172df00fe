import IceEncoding

/// What a communicator's properties say, read once.
struct Settings: Sendable {
    /// In bytes; nothing longer is received.
    var messageSizeMax: Int
    /// In nanoseconds. The whole establishment of a connection, validation included; 0 for no limit.
    var connectTimeout: UInt64
    /// In nanoseconds. For the peer to finish a graceful close; 0 for no limit.
    var closeTimeout: UInt64
    /// In nanoseconds. A message leaves at least every half of it; 0 for no heartbeats.
    var idleTimeout: UInt64
    /// Whether a peer that sends nothing for the idle timeout is given up.
    var checksIdle: Bool
    /// In nanoseconds. After which a connection that nobody uses is closed; 0 for never.
    var inactivityTimeout: UInt64
    /// Dispatches of one connection at the same time before it is read no further; 0 for no limit.
    var maxDispatches: Int
    /// Whether dispatches are cancelled when the connection that waits for their answers is gone.
    var cancelsDispatches: Bool
    /// Pauses before retries, in milliseconds: as many as there are retries.
    var retryIntervals: [Int]
    /// What texts of proxies and endpoints mean where they say nothing.
    var proxyDefaults: ProxyDefaults
    /// Of proxies' texts.
    var toStringMode: ToStringMode
    /// When batches leave without being flushed.
    var batchLimits: BatchLimits
    /// The length of the queue of connections not yet accepted.
    var backlog: Int
    /// Whether ``Communicator/destroy()`` names properties that nobody has read.
    var warnsOfUnusedProperties: Bool
    var tracing = Tracing.off
    /// 1…9: the size of bzip2's blocks in 100 kB.
    var compressionLevel: Int
    /// Whether requests are compressed whatever their proxies say; nil when the proxies decide.
    var overrideCompress: Bool?
    /// Of udp.
    var datagrams: DatagramSettings
    /// Of names and of adapters that listen everywhere.
    var protocols: NetworkProtocols
}

extension Settings {
    /// The settings of one side of a connection.
    enum Side: String {
        case client = "Client"
        case server = "Server"
    }

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties, side: Side) throws(LocalException) {
        let prefix = "Ice.Connection.\(side.rawValue)."
        messageSizeMax = Self.bytes(kibibytes: try properties.integer("Ice.MessageSizeMax", default: 1024))
        connectTimeout = try properties.seconds(prefix + "ConnectTimeout", default: 10)
        closeTimeout = try properties.seconds(prefix + "CloseTimeout", default: 10)
        idleTimeout = try properties.seconds(prefix + "IdleTimeout", default: 60)
        checksIdle = try properties.integer(prefix + "EnableIdleCheck", default: 1) > 0
        inactivityTimeout = try properties.seconds(prefix + "InactivityTimeout", default: 300)
        maxDispatches = max(0, try properties.integer(prefix + "MaxDispatches", default: 100))
        cancelsDispatches = try properties.integer(prefix + "CancelDispatches", default: 0) > 0
        let intervals = try properties.integers("Ice.RetryIntervals", default: [0])
        retryIntervals = intervals.first == -1 ? [] : intervals.map { max(0, $0) }
        proxyDefaults = try ProxyDefaults(properties)
        switch properties["Ice.ToStringMode"] ?? "Unicode" {
        case "Unicode": toStringMode = .unicode
        case "ASCII": toStringMode = .ascii
        case "Compat": toStringMode = .compat
        case let text:
            throw LocalException(.property, "property Ice.ToStringMode=\(text) is none of Unicode, ASCII and Compat")
        }
        backlog = try properties.integer("Ice.TCP.Backlog", default: 511)
        warnsOfUnusedProperties = try properties.integer("Ice.Warn.UnusedProperties", default: 0) > 0
        compressionLevel = max(1, min(try properties.integer("Ice.Compression.Level", default: 1), 9))
        overrideCompress =
            properties["Ice.Override.Compress"] == nil
            ? nil : try properties.integer("Ice.Override.Compress", default: 0) > 0
        datagrams = try DatagramSettings(properties)
        protocols = try NetworkProtocols(properties)
        batchLimits = try BatchLimits(properties, datagrams: datagrams)
    }

    private static func bytes(kibibytes: Int) -> Int {
        kibibytes < 1 || kibibytes > Int(Int32.max) / 1024 ? Int(Int32.max) : kibibytes * 1024
    }

    /// Those of one object adapter, whose properties win over the ones that are the same for all.
    ///
    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    func settings(ofAdapter name: String, _ properties: Properties) throws(LocalException) -> Settings {
        var settings = self
        func isSet(_ suffix: String) -> Bool { properties["\(name).\(suffix)"] != nil }
        func read(_ suffix: String, _ value: inout UInt64) throws(LocalException) {
            let name = "\(name).Connection.\(suffix)"
            if properties[name] != nil { value = try properties.seconds(name, default: 0) }
        }
        try read("ConnectTimeout", &settings.connectTimeout)
        try read("CloseTimeout", &settings.closeTimeout)
        try read("IdleTimeout", &settings.idleTimeout)
        try read("InactivityTimeout", &settings.inactivityTimeout)
        settings.checksIdle =
            try properties.integer("\(name).Connection.EnableIdleCheck", default: checksIdle ? 1 : 0) > 0
        settings.maxDispatches =
            max(0, try properties.integer("\(name).Connection.MaxDispatches", default: maxDispatches))
        if isSet("MessageSizeMax") {
            settings.messageSizeMax = Self.bytes(
                kibibytes: try properties.integer("\(name).MessageSizeMax", default: 0))
        }
        return settings
    }
}

extension ProxyDefaults {
    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties) throws(LocalException) {
        self.init(host: properties["Ice.Default.Host"] ?? "")
        if let name = properties["Ice.Default.Protocol"] {
            guard let transport = IPEndpoint.Transport(rawValue: name) else {
                throw LocalException(.property, "property Ice.Default.Protocol=\(name) is no transport")
            }
            self.transport = transport
        }
        if let address = properties["Ice.Default.SourceAddress"] {
            guard IPEndpoint.isNumeric(address) else {
                throw LocalException(.property, "property Ice.Default.SourceAddress=\(address) is no IP address")
            }
            sourceAddress = address
        }
        switch properties["Ice.Default.EncodingVersion"] ?? "1.1" {
        case "1.1": encoding = .v1_1
        case "1.0": encoding = .v1_0
        case let text:
            throw LocalException(.property, "property Ice.Default.EncodingVersion=\(text) is neither 1.0 nor 1.1")
        }
    }
}
