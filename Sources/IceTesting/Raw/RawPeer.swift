import CLinux
import EventLoop
import Glibc
import Synchronization

/// A TCP peer that does what a script says, byte by byte: for protocol faults that no real peer commits.
///
/// Listens on the loopback address; each accepted connection gets a thread that runs the script. Every wait ends after
/// ``RawConnection/patience`` seconds.
public final class RawPeer: Sendable {
    /// What to do with a connection; `index` counts accepted connections from 0. What it throws ends the connection and
    /// is kept in ``failures``.
    public typealias Script = @Sendable (_ connection: RawConnection, _ index: Int) throws -> Void

    private struct State {
        var threads: [JoinableThread] = []
        var connections: [RawConnection] = []
        var failures: [String] = []
        var isStopped = false
    }

    /// The port it listens at.
    public let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let script: Script

    /// Starts listening.
    ///
    /// - Throws: ``RawConnection/Failure`` when the system refuses.
    public init(_ script: @escaping Script) throws {
        self.script = script
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0, let address = SocketAddress(numeric: "127.0.0.1", port: 0),
            address.withSockaddr({ bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0,
            let bound = SocketAddress(localOf: listener)
        else { throw RawConnection.Failure("cannot listen: \(SystemError("listen"))") }
        self.listener = listener
        port = bound.port
        let thread = try JoinableThread(name: "raw-peer") { [self] in acceptAll() }
        state.withLock { $0.threads.append(thread) }
    }

    /// A proxy text for an object behind it.
    public func proxy(_ identity: String = "greeter") -> String { "\(identity):tcp -h 127.0.0.1 -p \(port)" }

    /// The number of connections accepted.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// What scripts threw.
    public var failures: [String] { state.withLock { $0.failures } }

    private func acceptAll() {
        while true {
            let descriptor = accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            let connection = RawConnection(descriptor)
            let index = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.connections.append(connection)
                return state.connections.count - 1
            }
            guard let index else { return connection.close() }
            do {
                let thread = try JoinableThread(name: "raw-peer-\(index)") { [self] in run(connection, index) }
                state.withLock { $0.threads.append(thread) }
            } catch {
                connection.close()
            }
        }
    }

    private func run(_ connection: RawConnection, _ index: Int) {
        do {
            try script(connection, index)
        } catch {
            state.withLock { $0.failures.append("connection \(index): \(error)") }
        }
        connection.close()
    }

    /// Ends all connections and threads. To be called once; blocks until they have ended.
    public func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in connections { connection.interrupt() }
        while let thread = state.withLock({ $0.threads.popLast() }) { thread.join() }
        Glibc.close(listener)
    }
}
