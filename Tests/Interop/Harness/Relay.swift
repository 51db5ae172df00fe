import EventLoop
import IceTesting
import Synchronization

/// Hands Ice messages over between clients and a server, and writes down what their headers say.
final class Relay: Sendable {
    /// The message type and the compression status, by their numbers.
    struct Header: Hashable, Sendable {
        var type: UInt8
        var compression: UInt8
    }

    private let headers: Mutex<[Header]>
    private let port: UInt16

    private init(to port: UInt16) {
        self.port = port
        headers = Mutex([])
    }

    /// Runs `body` with a relay to a port of the loopback address, and the port that it listens at itself.
    ///
    /// - Returns: the headers of all messages in both directions.
    static func headers(
        to port: UInt16, _ body: (_ port: UInt16) async throws -> Void
    ) async throws -> Set<Header> {
        let relay = Relay(to: port)
        let peer = try RawPeer { connection, _ in try relay.run(connection) }
        do {
            try await body(peer.port)
        } catch {
            try await offThePool { peer.stop() }
            throw error
        }
        try await offThePool { peer.stop() }
        return relay.headers.withLock { Set($0) }
    }

    private func run(_ client: RawConnection) throws {
        let server = try RawConnection.connect(port: port)
        let replies = try JoinableThread(name: "relay") { [self] in pass(from: server, to: client) }
        pass(from: client, to: server)
        replies.join()
    }

    /// Ends with either side.
    private func pass(from source: RawConnection, to target: RawConnection) {
        while let message = try? source.receiveMessage() {
            headers.withLock { $0.append(Header(type: message[8], compression: message[9])) }
            guard (try? target.send(message)) != nil else { break }
        }
        try? target.finishSending()
    }
}
