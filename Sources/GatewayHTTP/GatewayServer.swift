package import EventLoop
package import Gateway
import Glibc
import Ice
package import Logging
import Synchronization

/// A whole gateway process: one event loop a core, each with its own libmicrohttpd daemon on a shared port and its own
/// Ice connections.
///
/// Started once, shut down once, by the same thread; that thread must not be one of the loops.
package final class GatewayServer {
    /// What lives on one loop. Sendable without a check: after the start everything but the loop is touched by jobs on
    /// that loop only.
    private struct Shard: @unchecked Sendable {
        let thread: LoopThread
        let gateway: GatewayLoop
        let http: HTTPServer
    }

    /// What is served now.
    package private(set) var gateway: Gateway
    private let logger: Logger
    private var communicator: Communicator
    /// Those of former configurations, until their last request is over.
    private let retiring = RetiringCommunicators()
    private var shards: [Shard] = []
    private let metrics: GatewayMetrics
    private let servesTLS: Bool
    /// Where it listens, with the real port.
    package let address: SocketAddress

    /// Binds the port and starts all loops; when it returns, requests are answered.
    ///
    /// - Parameters:
    ///   - log: takes the access log; nil: there is none.
    ///   - metrics: what `/metrics` shows.
    /// - Throws: ``SystemError`` when the address can't be bound, ``Resolver/Failure`` when its name is unknown.
    package init(
        _ gateway: Gateway, logger: Logger, log: LogWriter? = nil,
        metrics: GatewayMetrics = GatewayMetrics(version: "unknown")
    ) throws {
        self.gateway = gateway
        self.logger = logger
        self.metrics = metrics
        let configuration = gateway.configuration
        let count =
            configuration.threads > 0 ? configuration.threads : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let wanted = try Self.resolve(configuration.listen)
        if count > 1, wanted.port != 0 {
            // Sockets that share a port would share it with another gateway's, too; one that does not share shows it.
            close(try HTTPServer.listen(address: wanted, reusePort: false))
        }
        let first = try HTTPServer.listen(address: wanted, reusePort: count > 1)
        address = SocketAddress(localOf: first) ?? wanted
        var listeners = [first]
        for _ in 1..<max(count, 1) { listeners.append(try HTTPServer.listen(address: address, reusePort: true)) }

        var threads: [LoopThread] = []
        for index in 0..<count { threads.append(try LoopThread(try EventLoop(), name: "icegate-\(index)")) }
        communicator = try Communicator(loops: threads.map(\.loop), properties: configuration.ice, logger: logger)
        let limits = HTTPLimits(configuration.limits).share(of: count)
        let tls = try Self.credentials(gateway)
        servesTLS = tls != nil
        for (thread, listener) in zip(threads, listeners) {
            let shard = GatewayShard(gateway: gateway, loop: thread.loop, communicator: communicator)
            shard.metrics = metrics
            let loop = GatewayLoop(shard, loop: thread.loop, log: log)
            let http = HTTPServer(loop: thread.loop, listener: listener, handler: loop, limits: limits, tls: tls)
            loop.census = { [unowned http] in (http.connectionCount, http.waitingCount) }
            metrics.add(loop, on: thread.loop)
            shards.append(Shard(thread: thread, gateway: loop, http: http))
        }
        try startAll()
    }

    private func startAll() throws {
        for shard in shards {
            let failure = Mutex<(any Error)?>(nil)
            onLoop(of: shard) {
                do { try shard.http.start() } catch { failure.withLock { $0 = error } }
            }
            if let error = failure.withLock({ $0 }) { throw error }
        }
    }

    /// Stops accepting, finishes what is in flight within the configured deadline, closes the Ice connections gracefully
    /// and ends all loops. Blocks until done.
    ///
    /// - Returns: false when the deadline cut requests off.
    @discardableResult
    package func shutdown() -> Bool {
        gateway.startDraining()
        let deadline = gateway.configuration.shutdownDeadline.nanosecondsClamped
        let drained = Countdown(shards.count)
        let allFinished = Atomic<Bool>(true)
        for shard in shards {
            shard.thread.loop.execute {
                shard.http.drain(deadline: deadline) { finished in
                    if !finished { allFinished.store(false, ordering: .relaxed) }
                    drained.down()
                }
            }
        }
        let end = Countdown.deadline(after: gateway.configuration.shutdownDeadline)
        _ = drained.wait()
        // What outlives its request is finished, too; its loop still runs.
        let ended = Countdown(1)
        gateway.kept.running.whenNoneRuns { ended.down() }
        let finished = ended.wait(until: end) && allFinished.load(ordering: .relaxed)
        if !finished { logger.warning("shutdown deadline reached, requests in flight are cut off") }
        blockingWait { [communicator, retiring] in
            await communicator.destroy()
            await retiring.destroyAll()
        }
        for shard in shards {
            onLoop(of: shard) {
                shard.http.stop()
                shard.gateway.stop()
            }
            shard.thread.stopAndJoin()
        }
        shards = []
        metrics.removeLoops()
        return finished
    }

    /// Serves another configuration from now on: requests that come see all of it, those in flight end with what they began
    /// with. Blocks until every loop has it.
    ///
    /// - Throws: ``LocalException`` for an impossible Ice property, ``ConfigurationError`` for a certificate that can't be
    ///   used, and nothing changes.
    package func replaceGateway(_ new: Gateway) throws {
        let tls = try Self.credentials(new)
        let former = communicator
        communicator = try Communicator(
            loops: shards.map(\.thread.loop), properties: new.configuration.ice, logger: logger)
        // Invocations and keys outlive their configuration.
        new.takeOver(gateway)
        gateway = new
        retiring.add(former, loops: shards.count)
        let replaced = Countdown(shards.count)
        for shard in shards {
            let loop = shard.thread.loop
            loop.execute { [communicator, retiring, metrics, servesTLS] in
                if let tls, servesTLS { shard.http.use(tls) }
                let replacement = GatewayShard(gateway: new, loop: loop, communicator: communicator)
                replacement.metrics = metrics
                shard.gateway.replaceShard(replacement) { retiring.idle(former) }
                replaced.down()
            }
        }
        _ = replaced.wait()
    }

    private static func credentials(_ gateway: Gateway) throws(ConfigurationError) -> TLSCredentials? {
        guard let front = gateway.security.front else { return nil }
        return try TLSCredentials(front)
    }

    private func onLoop(of shard: Shard, _ body: @escaping @Sendable () -> Void) {
        let done = Countdown(1)
        shard.thread.loop.execute {
            body()
            done.down()
        }
        _ = done.wait()
    }

    private static func resolve(_ listen: ListenAddress) throws -> SocketAddress {
        if let address = SocketAddress(numeric: listen.host, port: listen.port) { return address }
        guard var address = try Resolver.systemLookUp(listen.host).get().first else {
            throw Resolver.Failure(host: listen.host, message: "no address")
        }
        address.port = listen.port
        return address
    }
}
