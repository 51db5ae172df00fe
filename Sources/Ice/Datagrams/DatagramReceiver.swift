import EventLoop
import Glibc
import IceEncoding
import Logging

/// The socket of an object adapter's udp endpoint; one connection reads all its datagrams. Everything but the constructor
/// belongs to the loop.
///
/// Sendable without a check: see above.
final class DatagramReceiver: EndpointListener, @unchecked Sendable {
    let pool: ConnectionPool
    let address: SocketAddress
    private let adapter: ObjectAdapter
    private let descriptor: Int32
    private var connection: Connection?
    /// Whether the socket is open.
    private var isOpen = true
    private var isClosing = false

    /// Binds; joins the group when the address is a multicast's.
    ///
    /// - Throws: ``LocalException`` `.socket`.
    init(
        _ address: SocketAddress, interface: String, adapter: ObjectAdapter, pool: ConnectionPool
    ) throws(LocalException) {
        self.adapter = adapter
        self.pool = pool
        do throws(SystemError) {
            descriptor = try DatagramSocket.bound(
                to: address, interface: interface, adapter.settings)
        } catch {
            throw LocalException(.socket, "\(address): \(error)")
        }
        guard let bound = SocketAddress(localOf: descriptor) else {
            let error = SystemError("getsockname")
            Glibc.close(descriptor)
            throw LocalException(.socket, "\(address): \(error)")
        }
        self.address = bound
    }

    func abandon() { Glibc.close(descriptor) }

    func hold() { connection?.hold() }

    func whenHeld(_ body: @escaping @Sendable () -> Void) {
        guard let dispatch = connection?.dispatch, !dispatch.isIdle else { return body() }
        dispatch.whenIdle(body)
    }

    func activate() {
        if let connection { return connection.resumeAfterHold() }
        guard !isClosing else { return }
        let connection = Connection(
            descriptor, transport: nil, peer: "\(address)", loop: pool.loop, settings: adapter.settings,
            dispatch: DispatchQueue(
                adapter: adapter, limit: adapter.settings.maxDispatches, loopExecutor: pool.loopExecutor), kind: .udp,
            executor: pool.executor)
        self.connection = connection
        connection.owner = self
        pool.opened(connection)
        if adapter.settings.tracing.network > 0 {
            adapter.settings.tracing.trace(
                .network, "receiving datagrams",
                ["ice-endpoint": "\(address)", "ice-transport": "udp", "ice-adapter": "\(adapter.name)"])
        }
        connection.start()
    }

    func close() {
        guard !isClosing else { return }
        isClosing = true
        if let connection {
            connection.close(
                LocalException(.objectAdapterDeactivated, "object adapter '\(adapter.name)' is deactivated"))
        } else {
            Glibc.close(descriptor)
            isOpen = false
        }
        settle()
    }

    private func settle() {
        guard isClosing, !isOpen else { return }
        pool.closed(self)
        adapter.listenerClosed(self)
    }
}

extension DatagramReceiver: ConnectionOwner {
    func connectionValidated(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, _ exception: LocalException) {
        isOpen = false
        connection.traceEnd(.udp, exception)
        pool.closed(connection)
        settle()
    }
}
