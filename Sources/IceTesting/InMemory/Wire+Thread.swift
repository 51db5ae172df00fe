import EventLoop
import Glibc
import Synchronization

extension Wire {
    // MARK: The thread

    func run() {
        while !state.withLock({ $0.isCut }) {
            for direction in Direction.allCases { move(direction) }
            if state.withLock({ state in state.flows.contains(where: \.isCut) || state.flows.allSatisfy(\.isEndPassed) }
            ) {
                state.withLock { $0.isCut = true }
                break
            }
            tellWaiters()
            wait()
        }
        // Whoever holds the other ends sees the end of the stream.
        for descriptor in senders { shutdown(descriptor, Int32(SHUT_RDWR)) }
        tellWaiters()
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.endWaiters = [] }
            return state.endWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for something to do.
    private func wait() {
        var polls = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        state.withLock { state in
            for direction in Direction.allCases {
                let (flow, opposite) = (state.flows[direction.rawValue], state.flows[1 - direction.rawValue])
                var events: Int16 = 0
                if flow.wantsMore { events |= Int16(POLLIN) }
                if opposite.ready > 0 { events |= Int16(POLLOUT) }
                // Without events its hang-up would be reported again and again.
                if events != 0 { polls.append(pollfd(fd: senders[direction.rawValue], events: events, revents: 0)) }
            }
        }
        _ = poll(&polls, nfds_t(polls.count), -1)
        var count: UInt64 = 0
        _ = read(wake, &count, 8)
    }

    private func move(_ direction: Direction) {
        let (source, target) = (senders[direction.rawValue], senders[1 - direction.rawValue])
        if state.withLock({ $0.flows[direction.rawValue].wantsMore }) {
            var chunk = [UInt8](repeating: 0, count: WireFlow.pendingMaximum)
            let count = chunk.withUnsafeMutableBytes { recv(source, $0.baseAddress, $0.count, 0) }
            let isEnded = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
            state.withLock { state in
                if count > 0 { state.flows[direction.rawValue].take(chunk.prefix(count)) }
                if isEnded { state.flows[direction.rawValue].isEnded = true }
            }
        }
        state.withLock { state in
            var flow = state.flows[direction.rawValue]
            while flow.ready > 0 {
                let sent = flow.pending.prefix(flow.ready).withUnsafeBytes {
                    send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else {
                    // The receiver is gone: nobody will ever have the rest.
                    if errno != EAGAIN, errno != EINTR { state.isCut = true }
                    break
                }
                flow.pass(sent)
            }
            if flow.isEnded, flow.pending.isEmpty, !flow.isEndPassed {
                shutdown(target, Int32(SHUT_WR))
                flow.isEndPassed = true
            }
            state.flows[direction.rawValue] = flow
        }
    }

    /// Waits until it is cut, or both sides have ended, and its thread is done.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.endWaiters.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}
