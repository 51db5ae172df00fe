import EventLoop
import Synchronization

extension Invoker {
    // MARK: Invoking from any thread

    /// The connection in use.
    var currentConnection: Connection? { shared.withLock { $0.connection } }

    /// Sends a request from outside the loop: at once in this thread when a connection has nothing to write.
    ///
    /// - Returns: whether the request was written in this call.
    func send(_ invocation: Invocation, payload: [UInt8], timeout: UInt64) -> Bool {
        if loop.isCurrent {
            invocation.startTimer(timeout)
            payload.withUnsafeBytes { submit(invocation, payload: $0) }
            return false
        }
        if let connection = beginSending() {
            switch payload.withUnsafeBytes({ connection.sendDirectly(invocation, payload: $0) }) {
            case .sent:
                if timeout > 0, invocation.isTwoway { loop.execute { invocation.startTimer(timeout) } }
                return true
            case .queued:
                if timeout > 0 { loop.execute { invocation.startTimer(timeout) } }
                return false
            case .refused:
                shared.withLock { $0.underway += 1 }
            }
        }
        loop.execute { [self] in
            // Not before it is in its place: the caller's next request may be quick.
            defer { shared.withLock { $0.underway -= 1 } }
            guard !invocation.isDone else { return }
            invocation.startTimer(timeout)
            payload.withUnsafeBytes { submit(invocation, payload: $0) }
        }
        return false
    }
}

extension Invoker {
    /// Finds the connection that a request from another thread may be given to.
    ///
    /// - Returns: nil when it has to go to the loop; it is counted as underway then.
    private func beginSending() -> Connection? {
        let isNew = shared.withLock { $0.connection == nil && $0.underway == 0 && !$0.isHeld }
        let found = isNew ? pool.sharedConnection(content) : nil
        return shared.withLock { shared in
            guard shared.underway == 0, !shared.isHeld, let connection = shared.connection ?? found else {
                shared.underway += 1
                return nil
            }
            shared.connection = connection
            return connection
        }
    }
}
