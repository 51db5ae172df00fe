import EventLoop
import IceEncoding
import Logging
import Synchronization

extension Invoker: EndOfTurnHandler, ConnectionWaiter {
    // MARK: Connecting

    package func endOfTurn() {
        isStarting = false
        guard untried == nil, locating == nil else { return }
        if let connection, connection.takesRequests { return use(connection) }
        guard !pool.isDestroyed else {
            return fail(LocalException(.communicatorDestroyed, "the communicator is destroyed"))
        }
        if let fixed = content.options.fixed { return use(fixed: fixed.connection) }
        guard !useCollocated() else { return }
        guard !locate() else { return }
        do throws(LocalException) {
            try connect(Route.all(content.proxy.endpoints, for: content))
        } catch {
            fail(error)
        }
    }

    private func use(fixed connection: Connection) {
        if let reason = connection.endReason ?? connection.closeReason ?? connection.drainReason { return fail(reason) }
        guard carries(connection) else {
            return fail(LocalException(.noEndpoint, "\(connection) cannot carry requests of this mode"))
        }
        compresses = compresses(nil)
        use(connection)
    }

    /// Takes a connection that is there, or makes one.
    func connect(_ routes: [Route]) {
        if content.options.isConnectionCached {
            for route in routes {
                if let connection = pool.connection(route.key) {
                    compresses = compresses(route)
                    return use(connection)
                }
            }
        }
        untried = content.options.endpointSelection == .random ? routes.shuffled()[...] : routes[...]
        lastFailure = nil
        tryNext()
    }

    private func tryNext() {
        guard let route = untried?.popFirst() else {
            untried = nil
            let failure = lastFailure ?? LocalException(.noEndpoint, "no endpoint in \(content.proxy.text())")
            if !locateAgain(after: failure) { fail(failure) }
            return
        }
        guard !pool.isDestroyed else {
            untried = nil
            return fail(LocalException(.communicatorDestroyed, "the communicator is destroyed"))
        }
        self.route = route
        isTrying = true
        pool.connect(route.key, for: self)
        isTrying = false
    }

    func connected(_ connection: Connection) {
        untried = nil
        compresses = compresses(route)
        use(connection)
    }

    func notConnected(_ exception: LocalException) {
        lastFailure = exception
        if exception.code == .communicatorDestroyed { untried = [] }
        if pool.settings.tracing.retry > 1, let next = untried?.first {
            pool.settings.tracing.trace(
                .retry, "connection to endpoint failed: trying the next one",
                [
                    "ice-identity": "\(identity)", "ice-connection": "\(next.key.host):\(next.key.port)",
                    "error": "\(exception)",
                ])
        }
        // Whoever names endpoints can name thousands: neither the stack nor this turn shall be theirs.
        if isTrying { loop.execute { [self] in tryNext() } } else { tryNext() }
    }

    /// Hands all that waited over to the connection, in order.
    private func use(_ connection: Connection) {
        self.connection = connection
        if let adapter = pool.localAdapters.routedAdapter(for: content) { connection.attach(adapter) }
        shared.withLock { shared in
            shared.replaceConnection(connection)
            shared.compresses = compresses
        }
        let queue = takeWaiting()
        for (index, invocation) in queue.enumerated() where !invocation.isDone {
            switch hand(invocation, to: connection) {
            case .accepted, .withheld: invocation.payload = nil
            case .tooLarge: invocation.fail(connection.requestTooLarge)
            case .refused: return forget(connection, leaving: queue[index...])
            }
        }
        if waiting.isEmpty { hold(false) }
    }

    /// The connection takes no more: what is left waits for another one.
    private func forget(_ connection: Connection, leaving rest: ArraySlice<Invocation>) {
        self.connection = nil
        shared.withLock { $0.replaceConnection(nil) }
        let later = takeWaiting()
        for invocation in rest where !invocation.isDone { wait(invocation) }
        for invocation in later where !invocation.isDone { wait(invocation) }
    }

    private func hand(_ invocation: Invocation, to connection: Connection) -> Outbox.Admission {
        if invocation.wantsConnection {
            invocation.obtained(connection)
            return .withheld
        }
        invocation.compresses = compresses
        return withPayload(of: invocation) { connection.enqueue(invocation, payload: $0) }
    }

    /// Lends the parameters, which the observer writes once more when they are kept no longer.
    func withPayload<Result>(of invocation: Invocation, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let payload = invocation.payload { return payload.withUnsafeBytes { body($0) } }
        var buffer = OutputBuffer()
        invocation.observer?.remarshal(invocation, into: &buffer)
        return body(buffer.bytes)
    }

    /// The next attempt looks for a connection.
    func forgetConnection() {
        connection = nil
        shared.withLock { shared in
            shared.replaceConnection(nil)
            shared.collocated = nil
        }
    }

    func fail(_ exception: LocalException) {
        let queue = takeWaiting()
        for invocation in queue { invocation.attemptFailed(exception, wasSent: false, wasExecuted: false) }
    }
}
