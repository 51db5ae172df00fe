import CLinux
import EventLoop
import Glibc
import Synchronization

/// What lies between a client and a server of a test: hands bytes over, records them, and pauses, limits or cuts their flow.
///
/// A thread of its own moves the bytes; the two ends are socket pairs. Every function may be called from any thread.
public final class Wire: Sendable {
    /// Which way bytes go.
    public enum Direction: Int, Sendable, CaseIterable {
        /// From the client.
        case toServer
        /// From the server.
        case toClient
    }

    struct Waiter {
        var direction: Direction
        var isReached: @Sendable (WireFlow) -> Bool
        var continuation: CheckedContinuation<Bool, Never>
    }

    struct State {
        /// By direction.
        var flows = [WireFlow(), WireFlow()]
        var isCut = false
        var waiters: [Waiter] = []
        /// Whether its thread is done.
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())
    /// The wire's sides of the pairs, by the direction whose sender is behind them.
    let senders: [Int32]
    let wake: Int32

    /// - Returns: the wire and the descriptors of its ends, which don't block and belong to the caller.
    /// - Throws: ``RawConnection/Failure`` when the system has no sockets.
    static func make() throws -> (wire: Wire, client: Int32, server: Int32) {
        let client = try pair()
        let server: (Int32, Int32)
        do {
            server = try pair()
        } catch {
            close(client.0)
            close(client.1)
            throw error
        }
        let wire = Wire(client.0, server.0)
        try wire.start()
        return (wire, client.1, server.1)
    }

    private static func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw RawConnection.Failure("\(SystemError("socketpair"))")
        }
        return (ends[0], ends[1])
    }

    private init(_ client: Int32, _ server: Int32) {
        senders = [client, server]
        wake = eventfd(0, icegate_EFD_FLAGS)
    }

    deinit {
        for descriptor in senders { close(descriptor) }
        close(wake)
    }

    private func start() throws {
        try JoinableThread(name: "wire") { [self] in run() }.detach()
    }
}

extension Wire {
    // MARK: Flow

    /// Hands nothing over from now on; what is sent waits.
    public func pause(_ direction: Direction) { pass(0, direction) }

    /// Hands over so many bytes more, then pauses.
    public func pass(_ count: Int, _ direction: Direction) {
        change(direction) { flow in
            flow.limit = flow.passed + max(0, count)
            flow.cutsAtLimit = false
        }
    }

    /// Hands everything over again.
    public func resume(_ direction: Direction) {
        change(direction) { flow in
            flow.limit = nil
            flow.cutsAtLimit = false
        }
    }

    /// Ends the connection for both sides, as a network that is gone: what is on its way is lost.
    public func cut() {
        state.withLock { $0.isCut = true }
        notify()
    }

    /// The same as soon as so many bytes more were handed over.
    public func cut(after count: Int, _ direction: Direction) {
        change(direction) { flow in
            flow.limit = flow.passed + max(0, count)
            flow.cutsAtLimit = true
        }
    }

    private func change(_ direction: Direction, _ body: (inout WireFlow) -> Void) {
        state.withLock { body(&$0.flows[direction.rawValue]) }
        notify()
    }

    private func notify() {
        var one: UInt64 = 1
        _ = write(wake, &one, 8)
    }
}

extension Wire {
    // MARK: Record

    /// The bytes handed over so far, the first 16 MiB of them.
    public func bytes(_ direction: Direction) -> [UInt8] { flow(direction).recorded }

    /// The whole Ice messages among them.
    public func messages(_ direction: Direction) -> [[UInt8]] { flow(direction).messages }

    /// How many bytes were handed over.
    public func byteCount(_ direction: Direction) -> Int { flow(direction).passed }

    private func flow(_ direction: Direction) -> WireFlow { state.withLock { $0.flows[direction.rawValue] } }

    /// Waits until so many bytes in all were handed over.
    ///
    /// - Returns: false when the wire was cut before.
    @discardableResult
    public func waitForBytes(_ count: Int, _ direction: Direction) async -> Bool {
        await wait(direction) { $0.passed >= count }
    }

    /// Waits until so many Ice messages in all were handed over.
    ///
    /// - Returns: false when the wire was cut before.
    @discardableResult
    public func waitForMessages(_ count: Int, _ direction: Direction) async -> Bool {
        await wait(direction) { $0.messageCount >= count }
    }

    /// Waits until there are bytes that a pause or a limit holds back.
    ///
    /// - Returns: false when the wire was cut before.
    @discardableResult
    public func waitForHeldBytes(_ direction: Direction) async -> Bool {
        await wait(direction) { !$0.pending.isEmpty && $0.ready == 0 }
    }

    private func wait(_ direction: Direction, _ isReached: @escaping @Sendable (WireFlow) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state -> Bool? in
                if isReached(state.flows[direction.rawValue]) { return true }
                if state.isCut { return false }
                state.waiters.append(
                    Waiter(direction: direction, isReached: isReached, continuation: continuation))
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    func tellWaiters() {
        let told = state.withLock { state in
            var told: [(Waiter, Bool)] = []
            state.waiters.removeAll { waiter in
                let isReached = waiter.isReached(state.flows[waiter.direction.rawValue])
                if isReached || state.isCut { told.append((waiter, isReached)) }
                return isReached || state.isCut
            }
            return told
        }
        for (waiter, isReached) in told { waiter.continuation.resume(returning: isReached) }
    }
}
