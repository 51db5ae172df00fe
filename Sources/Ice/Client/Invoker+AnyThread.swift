import EventLoop
import IceEncoding
import Synchronization

extension Invoker {
    // MARK: Invoking from any thread

    /// The connection in use.
    var currentConnection: Connection? { shared.withLock { $0.connection } }

    /// Those that may carry its requests, the one in use last.
    var allConnections: [Connection] {
        shared.withLock { shared in
            guard let connection = shared.connection else { return shared.former }
            return shared.former.isEmpty ? [connection] : shared.former + [connection]
        }
    }

    /// Sends a request from outside the loop: at once in this thread when a connection has nothing to write.
    ///
    /// - Returns: whether the request was written in this call.
    func send(_ invocation: Invocation, payload: [UInt8], timeout: UInt64) -> Bool {
        if let isSent = sendCollocated(invocation, payload: payload, timeout: timeout) { return isSent }
        if loop.isCurrent {
            invocation.startTimer(timeout)
            payload.withUnsafeBytes { submit(invocation, payload: $0) }
            return false
        }
        let (connection, isFree) = beginSending(invocation)
        if isFree, let connection {
            let outcome =
                connection.isContended
                ? .leftToLoop : payload.withUnsafeBytes { connection.sendDirectly(invocation, payload: $0) }
            switch outcome {
            case .sent:
                if timeout > 0, invocation.isTwoway { loop.execute { invocation.startTimer(timeout) } }
                return true
            case .queued:
                if timeout > 0 { loop.execute { invocation.startTimer(timeout) } }
                return false
            case .refused, .leftToLoop:
                shared.withLock { $0.underway += 1 }
            }
        }
        connection?.leftToLoop.add(1, ordering: .relaxed)
        loop.execute { [self] in
            // Not before it is in its place: the caller's next request may be quick, of whichever proxy.
            defer {
                shared.withLock { $0.underway -= 1 }
                connection?.leftToLoop.subtract(1, ordering: .releasing)
            }
            guard !invocation.isDone else { return }
            invocation.startTimer(timeout)
            payload.withUnsafeBytes { submit(invocation, payload: $0) }
        }
        return false
    }
}

extension Invoker {
    /// Makes a connection unless there is one, for whoever wants nothing else. From any thread.
    func obtainConnection(_ invocation: Invocation, timeout: UInt64) {
        loop.execute { [self] in
            guard !invocation.isDone else { return }
            invocation.startTimer(timeout)
            wait(invocation)
        }
    }

    /// Finds the connection that a request from another thread may be given to, and notes what the request needs to know.
    ///
    /// - Returns: the connection, nil when there is none yet, and whether it may get the request. Otherwise the request has
    ///   to go to the loop; it is counted as underway then.
    private func beginSending(_ invocation: Invocation) -> (connection: Connection?, isFree: Bool) {
        let isNew = shared.withLock { $0.connection == nil && $0.underway == 0 && !$0.isHeld }
        let found = isNew ? findConnection() : nil
        return shared.withLock { shared in
            if shared.connection == nil, let found {
                shared.replaceConnection(found.connection)
                shared.compresses = found.compresses
            }
            guard shared.underway == 0, !shared.isHeld, let connection = shared.connection else {
                shared.underway += 1
                return (shared.connection, false)
            }
            invocation.compresses = shared.compresses
            return (connection, true)
        }
    }

    /// A connection that is there already.
    private func findConnection() -> (connection: Connection, compresses: Bool)? {
        if let fixed = content.options.fixed {
            return carries(fixed.connection) ? (fixed.connection, compresses(nil)) : nil
        }
        guard content.options.isConnectionCached, content.effectiveRouter == nil,
            let routes = try? Route.all(content.proxy.endpoints, for: content)
        else { return nil }
        return pool.sharedConnection(routes).map { ($0.connection, compresses($0.route)) }
    }
}
