import Ice
import Synchronization

/// Communicators of configurations that are not served any more: each is destroyed when no loop needs it.
final class RetiringCommunicators: Sendable {
    private struct Entry {
        let communicator: Communicator
        /// Loops on which requests may still be in flight.
        var busyLoops: Int
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    func add(_ communicator: Communicator, loops: Int) {
        entries.withLock { $0[ObjectIdentifier(communicator)] = Entry(communicator: communicator, busyLoops: loops) }
    }

    /// One loop needs it no more.
    func idle(_ communicator: Communicator) {
        let isOver = entries.withLock { entries in
            let key = ObjectIdentifier(communicator)
            entries[key]?.busyLoops -= 1
            return entries[key]?.busyLoops == 0
        }
        guard isOver else { return }
        // Owned by the entry, which goes when the connections are closed.
        Task { await destroy(communicator) }
    }

    /// Destroys what is left; returns when all have ended.
    func destroyAll() async {
        for entry in entries.withLock({ Array($0.values) }) { await destroy(entry.communicator) }
    }

    private func destroy(_ communicator: Communicator) async {
        await communicator.destroy()
        entries.withLock { $0[ObjectIdentifier(communicator)] = nil }
    }
}
