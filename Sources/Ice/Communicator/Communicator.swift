package import EventLoop
package import IceEncoding
public import Logging
import Synchronization

/// The entry to the runtime: makes proxies and object adapters, and owns connections and threads.
///
/// To be ended by ``destroy()``. One that is dropped without says so in its log, and ends what it has; one that has an
/// object adapter, a default locator or a default router is not dropped, however.
public final class Communicator: Sendable {
    enum Life {
        case running
        case ending([CheckedContinuation<Void, Never>])
        case ended
    }

    /// The properties it was made with.
    public let properties: Properties
    /// Where it reports what nobody else is told.
    public let logger: Logger
    let clientSettings: Settings
    let serverSettings: Settings
    /// Where callbacks of futures run, and dispatches; nil for the cooperative pool.
    let executor: (any TaskExecutor)?
    let implicitContext: ImplicitContext?
    let streamSettings: StreamSettings
    /// Asked before ``DefaultSliceLoader``.
    let sliceLoader: (any SliceLoader)?
    let pools: [ConnectionPool]
    /// Empty when the loops are somebody else's.
    let threads: [LoopThread]
    /// What new proxies start with; changed by setting a default locator or router.
    let options: Mutex<ProxyOptions>
    let locators: LocatorManager
    let routerPools = RouterPools()
    private let poolCounter = Atomic<Int>(0)
    let life = Mutex(Life.running)
    let adapters = AdapterRegistry()
    let localAdapters: LocalAdapters
    /// Whether loops of its own will run nothing more.
    let isStopped = Atomic<Bool>(false)

    /// Makes a communicator with loop threads of its own.
    ///
    /// - Parameters:
    ///   - properties: `Ice.…` settings by their names.
    ///   - threads: how many loops, each with a thread; at least 1.
    ///   - executor: runs callbacks of futures and dispatches; nil for the cooperative pool.
    ///   - sliceLoader: makes instances of classes and exceptions; asked before the one that generated code tells of its types.
    ///   - logger: by default nothing is logged.
    /// - Throws: ``LocalException`` `.property` for an impossible property, `.security` for a certificate file that
    ///   can't be used, `.socket` when the system has no thread or
    ///   descriptor left.
    public convenience init(
        _ properties: Properties = Properties(), threads count: Int = 1, executor: (any TaskExecutor)? = nil,
        sliceLoader: (any SliceLoader)? = nil,
        logger: Logger = Logger(label: "Ice", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(LocalException) {
        var threads: [LoopThread] = []
        do {
            let strangers = properties.namesWithoutEffect
            if !strangers.isEmpty {
                logger.warning(
                    "properties without effect", metadata: ["ice-properties": .array(strangers.map { "\($0)" })])
            }
            for index in 0..<max(1, count) {
                threads.append(try LoopThread(try EventLoop(), name: "ice-loop-\(index)"))
            }
            try self.init(
                loops: threads.map(\.loop), threads: threads, properties: properties, executor: executor,
                sliceLoader: sliceLoader, logger: logger)
        } catch {
            for thread in threads { thread.stopAndJoin() }
            throw error as? LocalException ?? LocalException(.socket, "\(error)")
        }
    }

    /// Makes a communicator on loops that others run, before or while they run.
    ///
    /// - Throws: ``LocalException`` `.property` for an impossible property, `.security` for a certificate file that can't
    ///   be used.
    package convenience init(
        loops: [EventLoop], properties: Properties = Properties(), resolver: Resolver = Resolver(),
        logger: Logger = Logger(label: "Ice", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws(LocalException) {
        try self.init(loops: loops, threads: [], properties: properties, resolver: resolver, logger: logger)
    }

    private init(
        loops: [EventLoop], threads: [LoopThread], properties: Properties, resolver: Resolver = Resolver(),
        executor: (any TaskExecutor)? = nil, sliceLoader: (any SliceLoader)? = nil, logger: Logger
    ) throws(LocalException) {
        let tracing = try Tracing(properties, logger: logger)
        var clientSettings = try Settings(properties, side: .client)
        clientSettings.tracing = tracing
        let security = try TLSContextSource(properties)
        self.clientSettings = clientSettings
        var serverSettings = try Settings(properties, side: .server)
        serverSettings.tracing = tracing
        self.serverSettings = serverSettings
        implicitContext = try ImplicitContext.make(properties)
        options = Mutex(try ProxyOptions(properties))
        locators = try LocatorManager(properties, tracing: tracing)
        self.executor = executor
        self.sliceLoader = sliceLoader
        streamSettings = try StreamSettings(properties)
        self.properties = properties
        self.logger = logger
        self.threads = threads
        let localAdapters = LocalAdapters()
        self.localAdapters = localAdapters
        pools = loops.map { [clientSettings] loop in
            ConnectionPool(
                loop: loop, settings: clientSettings, resolver: resolver, security: security, executor: executor,
                localAdapters: localAdapters)
        }
        localAdapters.belong(to: self)
        do throws(LocalException) {
            setDefaultLocator(try propertyToProxy("Ice.Default.Locator"))
            setDefaultRouter(try propertyToProxy("Ice.Default.Router"))
        } catch {
            // The threads are the caller's still.
            life.withLock { $0 = .ended }
            forgetDefaults()
            throw error
        }
    }

    /// Nobody has it any more: ends what runs on threads of its own, without waiting for it.
    deinit {
        guard !threads.isEmpty, !isDestroyed else { return }
        logger.warning("a communicator was given up without destroy()")
        for (pool, thread) in zip(pools, threads) {
            thread.detach()
            pool.loop.execute {
                pool.destroy {
                    pool.loopExecutor.stop()
                    pool.loop.stop()
                }
            }
        }
    }
}

extension Communicator {
    // MARK: Proxies

    /// What new proxies start with.
    var startOptions: ProxyOptions { options.withLock { $0 } }

    /// What texts of proxies mean where they say nothing.
    package var proxyDefaults: ProxyDefaults { clientSettings.proxyDefaults }

    /// The locator of proxies made from now on; nil for none. First that of the property `Ice.Default.Locator`.
    public func getDefaultLocator() -> ObjectPrx? { startOptions.locator }

    /// Gives proxies made from now on a locator; nil for none.
    public func setDefaultLocator(_ locator: ObjectPrx?) {
        // A locator is not looked up, neither with itself nor with another one.
        let own = locator?.ice_locator(nil).ice_router(nil)
        options.withLock { $0.locator = own }
    }

    /// The router of proxies made from now on; nil for none. First that of the property `Ice.Default.Router`.
    public func getDefaultRouter() -> ObjectPrx? { startOptions.router }

    /// Gives proxies made from now on a router; nil for none.
    public func setDefaultRouter(_ router: ObjectPrx?) {
        let own = router?.ice_router(nil)
        options.withLock { $0.router = own }
        if let own { routerPools.pool(of: own) }
    }

    /// What sends requests of this proxy, of any communicator, over one of this communicator's loops. Keep it: an invoker a call would
    /// look for its connection each time.
    ///
    /// - Parameters:
    ///   - count: of the requests in flight, with those of other loops.
    ///   - other: counts the requests in flight together with those of this one.
    package func makeInvoker(
        _ proxy: ObjectPrx, on loop: EventLoop, count: InvocationCount? = nil, countedWith other: Invoker? = nil
    ) -> Invoker {
        Invoker(adopt(proxy.reference.content), pool: pool(loop), count: count, countedWith: other)
    }

    /// The number of its loops.
    package var loopCount: Int { pools.count }

    func pool(_ loop: EventLoop) -> ConnectionPool {
        guard let pool = pools.first(where: { $0.loop === loop }) else {
            preconditionFailure("the loop is not one of this communicator's")
        }
        return pool
    }

    /// The loops in turn.
    func nextPool() -> ConnectionPool {
        let index = poolCounter.add(1, ordering: .relaxed).oldValue
        return pools[Int(UInt(bitPattern: index) % UInt(pools.count))]
    }
}

extension Communicator {
    /// The entries that go with requests without a context of their own; nil unless the property `Ice.ImplicitContext`
    /// asks for them.
    public func getImplicitContext() -> ImplicitContext? { implicitContext }
}
