import EventLoop
import Synchronization

/// Counts the requests of each client that are not answered. For any thread.
///
/// A client is there only as long as it has such a request, so that there are never more clients than requests.
final class ClientRequests: Sendable {
    /// One request's share, given back at its answer, and else when nobody holds the request any more.
    final class Share: Sendable {
        private let requests: ClientRequests
        private let client: SocketAddress
        private let isHeld = Atomic<Bool>(true)

        fileprivate init(_ requests: ClientRequests, _ client: SocketAddress) {
            self.requests = requests
            self.client = client
        }

        deinit { giveBack() }

        /// Does nothing the second time.
        func giveBack() {
            if isHeld.exchange(false, ordering: .relaxed) { requests.end(client) }
        }
    }

    /// Of one client.
    let limit: Int
    private let counts = Mutex<[SocketAddress: Int]>([:])

    init(limit: Int) { self.limit = limit }

    /// The clients that have requests.
    var clientCount: Int { counts.withLock { $0.count } }

    /// - Parameter client: its port, and the last half of an IPv6 address, do not matter.
    /// - Returns: nil when the client has as many requests as it may.
    func begin(_ client: SocketAddress) -> Share? {
        let network = client.network
        let isTaken = counts.withLock { counts in
            let count = counts[network, default: 0]
            guard count < limit else { return false }
            counts[network] = count + 1
            return true
        }
        return isTaken ? Share(self, network) : nil
    }

    private func end(_ network: SocketAddress) {
        counts.withLock { counts in
            guard let count = counts[network] else { return }
            counts[network] = count > 1 ? count - 1 : nil
        }
    }
}
