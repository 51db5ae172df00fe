import EventLoop
import Glibc
import IceEncoding
import IceTesting
import Synchronization
import Testing
@testable import Ice

/// Notes what a connection reports.
final class LoneConnectionOwner: ConnectionOwner {
    var isValidated = false
    var failures: [LocalException] = []

    func connectionValidated(_ connection: Connection) { isValidated = true }
    func connectionClosed(_ connection: Connection, _ exception: LocalException) { failures.append(exception) }
}

/// A connection on a socket pair whose loop does not run: the test is the loop.
final class LoneConnection {
    let loop: EventLoop
    let communicator: Communicator
    let connection: Connection
    let owner = LoneConnectionOwner()
    private(set) var peer: Int32
    let invoker: Invoker

    init(_ properties: Properties = [:], kind: IPEndpoint.Transport = .tcp) throws {
        loop = try EventLoop()
        communicator = try Communicator(loops: [loop], properties: properties)
        var ends: [Int32] = [0, 0]
        let type = Int32((kind == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        peer = ends[1]
        connection = Connection(
            ends[0], transport: nil, peer: "peer", loop: loop,
            settings: try Settings(properties, side: .client), dispatch: nil, kind: kind, executor: nil)
        connection.owner = owner
        let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
        invoker = communicator.makeInvoker(proxy, on: loop)
        connection.start()
    }

    deinit {
        connection.fail(LocalException(.connectionLost, ""))
        closePeer()
        communicator.destroy(on: loop) {}
        // A last turn lets go of those who asked for its end.
        loop.stop()
        loop.run()
        // Timers that tests let fire are still set.
        loop.close()
    }

    func receive(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        _ = bytes.withUnsafeBytes { write(peer, $0.baseAddress, $0.count) }
        connection.readAvailable()
    }

    func closePeer() {
        if peer >= 0 { close(peer) }
        peer = -1
    }

    func sent() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1_000_000)
        let count = bytes.withUnsafeMutableBytes { read(peer, $0.baseAddress, $0.count) }
        return Array(bytes.prefix(max(0, count)))
    }

    func request(
        _ recorder: Recorder, operation: String = "op", isTwoway: Bool = true, compresses: Bool = false
    ) -> Invocation {
        let invocation = Invocation(
            RequestTemplate(identity: Identity(name: "o"), operation: operation, mode: .normal),
            isTwoway: isTwoway, isIdempotent: false, isCounted: false, invoker: invoker, observer: recorder)
        invocation.compresses = compresses
        let admission = recorder.payload.withUnsafeBytes { connection.enqueue(invocation, payload: $0) }
        #expect(admission == .accepted)
        return invocation
    }
}
