import EventLoop
import IceEncoding
import Synchronization

/// What makes two endpoints share a connection.
struct ConnectionKey: Hashable, Sendable {
    var transport: IPEndpoint.Transport
    var host: String
    var port: UInt16
    var sourceAddress: String
    /// Of ws and wss; empty for others.
    var resource: String
    var connectionId: String
    /// Of udp multicasts; empty for any.
    var multicastInterface = ""
    /// Of udp multicasts; nil for the system's choice.
    var multicastTTL: UInt8?
}

/// The connections of one loop. Everything belongs to that loop, except what its section says.
///
/// Sendable without a check: ``shared`` and ``open`` are mutexes; the rest is created before its loop uses it and touched on the loop
/// only.
final class ConnectionPool: @unchecked Sendable {
    let loop: EventLoop
    let loopExecutor: LoopExecutor
    let settings: Settings
    let retryPolicy: RetryPolicy
    let resolver: Resolver
    let security: TLSContextSource
    /// The object adapters of its communicator.
    let localAdapters: LocalAdapters
    /// Requests to them.
    let collocatedRequests: CollocatedRequests
    /// Where users' callbacks run; nil for the cooperative pool.
    let executor: (any TaskExecutor)?

    private(set) var isDestroyed = false
    private var connections: [ConnectionKey: Connection] = [:]
    /// The same connections, for other threads.
    private let shared = Mutex<[ConnectionKey: Connection]>([:])
    private var connectors: [ConnectionKey: Connector] = [:]
    /// Everything with an open socket, by object: clients' and adapters' connections.
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])
    private var acceptors: [ObjectIdentifier: any EndpointListener] = [:]
    /// Invocations that pause before their next attempt.
    private var pausing: [ObjectIdentifier: Invocation] = [:]
    /// Invokers that wait for a locator or a router.
    var locating: [ObjectIdentifier: Locating] = [:]
    var routers: [Reference.Content: RouterInfo] = [:]
    private var whenEmpty: [() -> Void] = []

    init(
        loop: EventLoop, settings: Settings, resolver: Resolver, security: TLSContextSource,
        executor: (any TaskExecutor)?, localAdapters: LocalAdapters
    ) {
        self.executor = executor
        self.localAdapters = localAdapters
        collocatedRequests = CollocatedRequests(loop)
        self.security = security
        self.loop = loop
        loopExecutor = LoopExecutor(loop)
        self.settings = settings
        self.resolver = resolver
        retryPolicy = RetryPolicy(intervals: settings.retryIntervals)
    }
}

/// Waits for a connection. Told on the loop.
protocol ConnectionWaiter: AnyObject {
    func connected(_ connection: Connection)
    func notConnected(_ exception: LocalException)
}

extension ConnectionPool {
    // MARK: Clients' connections

    /// A connection to that endpoint that takes requests; nil when there is none.
    func connection(_ key: ConnectionKey) -> Connection? {
        guard let connection = connections[key], connection.takesRequests else { return nil }
        return connection
    }

    /// Connects, or joins those who wait for the same connection.
    func connect(_ key: ConnectionKey, for waiter: any ConnectionWaiter) {
        if let connection = connection(key) { return waiter.connected(connection) }
        if let connector = connectors[key] { return connector.add(waiter) }
        let connector = Connector(key, pool: self)
        connectors[key] = connector
        connector.add(waiter)
        connector.start()
    }

    func connectorSucceeded(_ connector: Connector, _ connection: Connection) {
        connectors[connector.key] = nil
        connections[connector.key] = connection
        shared.withLock { $0[connector.key] = connection }
    }

    func forget(_ connector: Connector) { connectors[connector.key] = nil }
}

extension ConnectionPool {
    // MARK: From any thread

    /// The first connection there is on one of these ways; nil when there is none. It may refuse requests.
    func sharedConnection(_ routes: [Route]) -> (connection: Connection, route: Route)? {
        shared.withLock { connections in
            for route in routes {
                if let connection = connections[route.key] { return (connection, route) }
            }
            return nil
        }
    }
}

extension ConnectionPool: ConnectionOwner {
    func connectionValidated(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, _ exception: LocalException) {
        if let key = connection.key { connection.traceEnd(key.transport, exception) }
        if let key = connection.key, connections[key] === connection {
            connections[key] = nil
            shared.withLock { $0[key] = nil }
        }
        closed(connection)
    }
}

extension ConnectionPool {
    // MARK: Pauses

    func beginPause(_ invocation: Invocation) { pausing[ObjectIdentifier(invocation)] = invocation }

    func endPause(_ invocation: Invocation) { pausing[ObjectIdentifier(invocation)] = nil }
}

extension ConnectionPool {
    // MARK: All sockets

    /// Everything with an open socket, clients' and adapters'. From any thread.
    var openConnections: [Connection] { open.withLock { Array($0.values) } }

    func opened(_ connection: Connection) {
        connection.localAdapters = localAdapters
        open.withLock { $0[ObjectIdentifier(connection)] = connection }
    }

    func closed(_ connection: Connection) {
        open.withLock { $0[ObjectIdentifier(connection)] = nil }
        settle()
    }

    func opened(_ acceptor: any EndpointListener) { acceptors[ObjectIdentifier(acceptor)] = acceptor }

    func closed(_ acceptor: any EndpointListener) {
        acceptors[ObjectIdentifier(acceptor)] = nil
        settle()
    }

    /// Fails all invocations and closes everything gracefully.
    ///
    /// - Parameter completion: called on the loop when the last socket is closed, perhaps inside this call.
    func destroy(_ completion: @escaping () -> Void) {
        isDestroyed = true
        whenEmpty.append(completion)
        let reason = LocalException(.communicatorDestroyed, "the communicator is destroyed")
        for acceptor in Array(acceptors.values) { acceptor.close() }
        for connector in Array(connectors.values) { connector.cancel(reason) }
        for connection in openConnections { connection.close(reason) }
        collocatedRequests.destroy(reason)
        for invocation in Array(pausing.values) { invocation.fail(reason) }
        destroyLocations(reason)
        settle()
    }

    /// Sees whether a destroy is complete.
    func settle() {
        guard isDestroyed, connectors.isEmpty, openConnections.isEmpty, acceptors.isEmpty else { return }
        let completions = whenEmpty
        whenEmpty = []
        for completion in completions { completion() }
    }
}
