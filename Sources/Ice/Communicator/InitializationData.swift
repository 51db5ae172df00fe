public import Logging

/// What a communicator is made with.
public struct InitializationData: Sendable {
    /// Its settings, shared with it; nil for the defaults.
    public var properties: Properties?
    /// Where it reports what nobody else is told; nil for the application's log, by the label `Ice.ProgramName`.
    public var logger: Logger?
    /// Runs callbacks of futures and dispatches; nil for the cooperative pool. What Ice 3.7 calls dispatcher.
    public var executor: (any TaskExecutor)?
    /// Makes instances of classes and exceptions; asked before the one that generated code tells of its types.
    public var sliceLoader: (any SliceLoader)?
    /// How many loops it has, each with a thread; at least 1.
    public var threads: Int

    /// Each may be set later, too.
    public init(
        properties: Properties? = nil, logger: Logger? = nil, executor: (any TaskExecutor)? = nil, threads: Int = 1,
        sliceLoader: (any SliceLoader)? = nil
    ) {
        self.properties = properties
        self.logger = logger
        self.executor = executor
        self.threads = threads
        self.sliceLoader = sliceLoader
    }
}
