import IceEncoding
import Logging

/// What the properties of an object adapter say, read when it is created: `NAME.Endpoints` and so on.
struct AdapterConfiguration: Sendable {
    /// Empty for an adapter without configuration.
    let name: String
    /// Of its connections.
    var settings: Settings
    /// Who it is for a locator.
    var registration = LocatorRegistration(adapterId: "", replicaGroupId: "")
    /// What its proxies say besides where the object is.
    var proxyTemplate: ProxyContent
    /// Connections at each endpoint, 0 for no limit; those beyond are closed at once.
    var maxConnections = 0
    /// Whether servants run on the loop of their connection.
    var dispatchesOnLoop = false
    /// Whether its first activation is told on the standard output.
    var printsReady = false

    /// - Throws: ``LocalException`` `.initialization` without any property of the adapter or with impossible proxy options,
    ///   `.property` for an impossible value.
    init(_ name: String, _ communicator: Communicator) throws(LocalException) {
        self.name = name
        settings = communicator.serverSettings
        proxyTemplate = ProxyContent(identity: Identity(name: "dummy"), encoding: settings.proxyDefaults.encoding)
        guard !name.isEmpty else { return }
        let properties = communicator.properties
        let names = properties.getPropertiesForPrefix("\(name).").keys
        guard !names.isEmpty else {
            throw LocalException(.initialization, "object adapter '\(name)' requires configuration")
        }
        warnOfStrangers(names.map { String($0.dropFirst(name.count + 1)) }, communicator.logger)
        guard value("AllowedOrigins", properties) == nil else {
            throw LocalException(
                .property, "property \(name).AllowedOrigins is not understood: nobody would be kept out")
        }
        settings = try settings.settings(ofAdapter: name, properties)
        registration = LocatorRegistration(
            adapterId: value("AdapterId", properties) ?? "", replicaGroupId: value("ReplicaGroupId", properties) ?? "")
        maxConnections = try properties.integer("\(name).MaxConnections", default: 0)
        dispatchesOnLoop = try properties.integer("\(name).DispatchOnLoop", default: 0) > 0
        printsReady = try properties.integer("Ice.PrintAdapterReady", default: 0) > 0
        if let options = value("ProxyOptions", properties) { try takeProxyOptions(options) }
    }

    private mutating func takeProxyOptions(_ options: String) throws(LocalException) {
        let parsed = try? ProxyContent.parse("dummy \(options)", defaults: settings.proxyDefaults)
        guard let parsed, parsed.endpoints.isEmpty, parsed.adapterId.isEmpty else {
            throw LocalException(.initialization, "impossible proxy options '\(options)' of object adapter '\(name)'")
        }
        proxyTemplate = parsed
    }

    /// The value of a property of the adapter; nil when it is not set or empty.
    func value(_ suffix: String, _ properties: Properties) -> String? {
        guard !name.isEmpty, let value = properties["\(name).\(suffix)"], !value.isEmpty else { return nil }
        return value
    }
}

extension AdapterConfiguration {
    // MARK: Names

    /// Those that have an effect, behind `NAME.`.
    static let understood: Set<String> = [
        "AdapterId", "Connection.CloseTimeout", "Connection.ConnectTimeout", "Connection.EnableIdleCheck",
        "Connection.IdleTimeout", "Connection.InactivityTimeout", "Connection.MaxDispatches", "DispatchOnLoop",
        "Endpoints",
        "Locator", "MaxConnections", "MessageSizeMax", "ProxyOptions", "PublishedEndpoints", "PublishedHost",
        "ReplicaGroupId",
        "Router",
    ]

    /// Those of Ice that mean nothing here.
    static let withoutEffect: Set<String> = [
        "AllowedOrigins", "ThreadPool.Serialize", "ThreadPool.Size", "ThreadPool.SizeMax", "ThreadPool.SizeWarn",
        "ThreadPool.StackSize", "ThreadPool.ThreadIdleTime", "ThreadPool.ThreadPriority",
    ]

    private func warnOfStrangers(_ suffixes: [String], _ logger: Logger) {
        func warn(_ message: Logger.Message, _ found: [String]) {
            guard !found.isEmpty else { return }
            logger.warning(
                message,
                metadata: [
                    "ice-adapter": "\(name)", "ice-properties": .array(found.sorted().map { "\(name).\($0)" }),
                ])
        }
        warn("properties without effect", suffixes.filter { Self.withoutEffect.contains($0) })
        warn(
            "unknown properties of an object adapter",
            suffixes.filter { suffix in
                !Self.understood.contains(suffix) && !Self.withoutEffect.contains(suffix)
                    // Those of a proxy have names below theirs.
                    && !suffix.hasPrefix("Locator.") && !suffix.hasPrefix("Router.")
            })
    }
}
