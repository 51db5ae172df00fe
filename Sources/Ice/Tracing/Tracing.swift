import Logging

/// What a communicator reports of its work, and where. Reading a level is all that an untraced path pays.
struct Tracing: Sendable {
    /// The categories of Ice, with its names; the last part of `Ice.Trace.…`.
    enum Category: String, Sendable {
        case network = "Network"
        case messages = "Protocol"
        case retry = "Retry"
        case dispatch = "Dispatch"
        case locator = "Locator"
    }

    /// 1 connections, 2 attempts to establish and listen, too, 3 every read and write.
    var network = 0
    /// 1 every message. `Ice.Trace.Protocol`.
    var messages = 0
    /// 1 retries of invocations, 2 further endpoints of an attempt to connect, too.
    var retry = 0
    /// 1 the end of every dispatch.
    var dispatch = 0
    /// 1 what a locator is asked and answers, 2 what is found without asking, too.
    var locator = 0
    /// Whether a connection that breaks is a warning.
    var warnsOfConnections = false
    /// Whether datagrams that are dropped are warnings.
    var warnsOfDatagrams = false
    /// 1 dispatches that fail in a way that no exception of Ice tells, 2 all that fail but by user exceptions.
    var dispatchWarnings = 1
    private let logger: Logger

    /// Reports nothing.
    static let off = Tracing(logger: Logger(label: "Ice", factory: { _ in SwiftLogNoOpLogHandler() }))

    private init(logger: Logger) { self.logger = logger }

    /// - Parameter logger: whatever its level, it gets what the properties ask for.
    /// - Throws: ``LocalException`` `.property` when a level is not a number.
    init(_ properties: Properties, logger: Logger) throws(LocalException) {
        var logger = logger
        if logger.logLevel > .trace {
            // A logger is a value: the application's own stays as it is.
            logger.logLevel = .trace
        }
        self.logger = logger
        network = try properties.integer("Ice.Trace.Network", default: 0)
        messages = try properties.integer("Ice.Trace.Protocol", default: 0)
        retry = try properties.integer("Ice.Trace.Retry", default: 0)
        dispatch = try properties.integer("Ice.Trace.Dispatch", default: 0)
        locator = try properties.integer("Ice.Trace.Locator", default: 0)
        warnsOfConnections = try properties.integer("Ice.Warn.Connections", default: 0) > 0
        warnsOfDatagrams = try properties.integer("Ice.Warn.Datagrams", default: 0) > 0
        dispatchWarnings = try properties.integer("Ice.Warn.Dispatch", default: 1)
    }

    /// The properties that it reads, with their defaults.
    static let defaults = [
        "Ice.Trace.Dispatch": "0", "Ice.Trace.Locator": "0", "Ice.Trace.Network": "0", "Ice.Trace.Protocol": "0",
        "Ice.Trace.Retry": "0", "Ice.Warn.Connections": "0", "Ice.Warn.Datagrams": "0", "Ice.Warn.Dispatch": "1",
    ]

    /// Reports something at level trace. Callers ask for the category's level first.
    func trace(_ category: Category, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        var metadata = metadata
        metadata["ice-category"] = "\(category.rawValue)"
        logger.trace(message, metadata: metadata)
    }

    /// Reports what should not have happened.
    func warn(_ message: Logger.Message, _ metadata: Logger.Metadata) { logger.warning(message, metadata: metadata) }
}
