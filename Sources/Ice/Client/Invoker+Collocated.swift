import EventLoop
import IceEncoding
import Synchronization

extension Invoker {
    // MARK: Collocated calls

    /// Whether the proxy may call servants of its own communicator without a connection, should there be any.
    private var mayCollocate: Bool {
        pool.localAdapters.isUsed && content.options.isCollocationOptimized && content.options.fixed == nil
    }

    /// Hands a request to an object adapter of the same communicator in the calling thread, unless the proxy has, or
    /// waits for, a connection. From any thread.
    ///
    /// - Returns: nil when it has to go another way; otherwise whether it was handed over, as of ``send(_:payload:timeout:)``.
    func sendCollocated(_ invocation: Invocation, payload: [UInt8], timeout: UInt64) -> Bool? {
        guard mayCollocate, shared.withLock({ $0.connection == nil && $0.underway == 0 && !$0.isHeld }),
            let handler = collocatedHandler()
        else { return nil }
        invocation.isSentReported = true
        switch payload.withUnsafeBytes({ handler.send(invocation, payload: $0) }) {
        case .accepted:
            if timeout > 0, invocation.isTwoway { loop.execute { invocation.startTimer(timeout) } }
            return true
        case .malformed(let exception):
            loop.execute { invocation.fail(exception) }
            return false
        case .refused, .withheld:
            invocation.isSentReported = false
            return nil
        }
    }

    /// Hands all that wait to an object adapter of the same communicator, when there is one for them. On the loop.
    func useCollocated() -> Bool {
        guard mayCollocate, let handler = collocatedHandler() else { return false }
        connection = nil
        shared.withLock { $0.replaceConnection(nil) }
        let queue = takeWaiting()
        for (index, invocation) in queue.enumerated() where !invocation.isDone {
            if invocation.wantsConnection {
                invocation.obtained(nil)
                continue
            }
            switch withPayload(of: invocation, { handler.send(invocation, payload: $0) }) {
            case .accepted:
                invocation.payload = nil
                invocation.sent()
            case .withheld: invocation.payload = nil
            case .malformed(let exception): invocation.fail(exception)
            case .refused:
                // It was deactivated just now: the next look finds another way.
                for invocation in queue[index...] where !invocation.isDone { wait(invocation) }
                return true
            }
        }
        if waiting.isEmpty { hold(false) }
        return true
    }

    /// What takes this proxy's collocated calls; nil when they are none.
    private func collocatedHandler() -> CollocatedRequestHandler? {
        if let known = shared.withLock({ $0.collocated }), known.isOpen { return known }
        let found = pool.localAdapters.adapter(for: content.proxy)?.collocatedPort()
        let handler = found.map { CollocatedRequestHandler($0, requests: pool.collocatedRequests) }
        // One queue for all threads that find it at the same time: requests keep their order.
        return shared.withLock { shared in
            if let known = shared.collocated, known.isOpen { return known }
            shared.collocated = handler
            return handler
        }
    }
}
