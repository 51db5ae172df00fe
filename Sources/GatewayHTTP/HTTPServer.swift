import CMicroHTTPD
package import EventLoop
package import Gateway
import Glibc
package import Logging

/// HTTP for one event loop: a libmicrohttpd daemon in external epoll mode on a listener of its own.
///
/// The daemon's epoll descriptor and the clients' sockets are in the loop's epoll; at the end of a turn in which one was
/// ready or an answer came, libmicrohttpd runs. Confined to the loop's thread, except for the init.
package final class HTTPServer {
    let limits: HTTPLimits
    let handler: any RequestHandler
    let loop: EventLoop
    private let logger: Logger
    private let listener: Int32
    /// Of new connections; nil: plain HTTP.
    private(set) var credentials: TLSCredentials?
    private var daemon: OpaquePointer?
    private var epoll: Int32 = -1
    private(set) var connections: [ClientConnection] = []
    package var connectionCount: Int { connections.count }
    private var freeExchanges: [HTTPExchange] = []

    /// No new connections; those that there are end with their next answer.
    private(set) var isStopping = false
    /// Requests not read to their end.
    private var readingCount = 0
    /// Requests on suspended connections: those that wait for their answer.
    package private(set) var waitingCount = 0
    /// Answers that are not sent to their end.
    private var unsentCount = 0
    private var drained: ((Bool) -> Void)?
    /// Accepting failed for want of a descriptor.
    private var mayAcceptAgain = false

    private var isRunQueued = false
    /// Suspended after their answer, the longest first.
    private var parked = ParkedConnections()
    /// Lets parked connections go that have been quiet for long.
    private var unparking: EventLoop.Timer?
    /// Resumed in this turn, thus on libmicrohttpd's list of connections it looks at in every run.
    private var resumed: [ClientConnection] = []
    /// Suspended in this run, as one of them is what libmicrohttpd refuses.
    var suspects: [ClientConnection] = []
    /// How many pages of libmicrohttpd may have been left alone in these turns: their connections are not closed without a word.
    var pagesLeft = 0
    /// When the turn began in which libmicrohttpd last had nothing left to do. By the loop's clock.
    private(set) var activeSince: UInt64 = 0
    /// Whether libmicrohttpd had something left to do after the last turn.
    private var isBusy = false
    /// Clients that hung up before their request was complete; looked at after the next run.
    private var hungUpClients: [ClientConnection] = []
    private var idling: EventLoop.Timer?
    private var acceptRetry: EventLoop.Timer?
    private var drainDeadline: EventLoop.Timer?
    /// Looks for connections that take too long, as long as there are connections.
    private var slowSweep: EventLoop.Timer?

    private enum Tag {
        static let unpark: UInt64 = 0
        static let idle: UInt64 = 1
        static let accept: UInt64 = 2
        static let drain: UInt64 = 3
        static let slow: UInt64 = 4
    }

    /// How long a connection stays parked. Nanoseconds.
    private static let parkingTime: UInt64 = 20_000_000
    /// How long not to accept after the process ran out of descriptors. Nanoseconds.
    private static let acceptDelay: UInt64 = 100_000_000
    /// How often libmicrohttpd runs before others get their turn.
    private static let maximumRuns = 8

    /// - Parameters:
    ///   - loop: on whose thread everything else happens.
    ///   - listener: from ``listen(address:reusePort:)``; the server closes it.
    ///   - handler: held until the server goes.
    ///   - tls: the certificate to show; nil: plain HTTP.
    ///   - logger: gets libmicrohttpd's messages.
    package init(
        loop: EventLoop, listener: Int32, handler: any RequestHandler, limits: HTTPLimits,
        tls credentials: TLSCredentials? = nil,
        logger: Logger = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.loop = loop
        self.listener = listener
        self.handler = handler
        self.limits = limits
        self.credentials = credentials
        self.logger = logger
    }

    deinit {
        precondition(daemon == nil, "an HTTP server must be stopped before it goes")
    }
}

extension HTTPServer {
    // MARK: Life cycle

    /// Starts to accept. To be called once.
    ///
    /// - Throws: ``SystemError`` when the daemon can't be started; the listener stays open then.
    package func start() throws {
        precondition(daemon == nil && !isStopping, "an HTTP server starts once")
        guard let daemon = startDaemon(listener) else { throw SystemError("MHD_start_daemon") }
        epoll = icegate_epoll_descriptor(daemon)
        do {
            try loop.register(epoll, for: .readable, handler: self)
        } catch {
            // Quiesced, the listener isn't closed with the daemon.
            MHD_quiesce_daemon(daemon)
            MHD_stop_daemon(daemon)
            throw error
        }
        self.daemon = daemon
        // The daemon puts its listener into its epoll when it runs.
        needsRun()
    }

    /// Shows another certificate, and asks for another, from the next connection on; those that there are keep theirs. Only
    /// for a server that was made with TLS: one of plain HTTP stays what it is.
    package func use(_ credentials: TLSCredentials) {
        if self.credentials != nil { self.credentials = credentials }
    }

    /// Closes the listener. Connections stay; each ends with its next answer.
    package func stopAccepting() {
        guard let daemon, !isStopping else { return }
        isStopping = true
        MHD_quiesce_daemon(daemon)
        close(listener)
    }

    /// Stops accepting and waits until all requests that were received are answered.
    ///
    /// - Parameters:
    ///   - deadline: in nanoseconds from now.
    ///   - completion: is called once on the loop: false when the deadline came first.
    package func drain(deadline: UInt64, completion: @escaping (Bool) -> Void) {
        stopAccepting()
        precondition(drained == nil, "an HTTP server drains once")
        drained = completion
        drainDeadline = loop.schedule(after: deadline, self, tag: Tag.drain)
        finishDrain()
    }

    /// Closes everything at once. Requests still unanswered are told that their client is gone. Nothing of the server
    /// is called afterwards.
    package func stop() {
        guard let daemon else { return }
        stopAccepting()
        // What is answered already should leave, as far as the sockets take it.
        run(daemon)
        finishDrain()
        // libmicrohttpd panics when it is stopped with suspended connections.
        for connection in connections { clientGone(connection.exchange) }
        while let client = parked.first { unpark(client) }
        resumed = []
        loop.deregister(epoll)
        self.daemon = nil
        MHD_stop_daemon(daemon)
        freeExchanges = []
        cancelTimers()
        if let drained { endDrain(drained, false) }
    }

    private func cancelTimers() {
        for timer in [unparking, idling, acceptRetry, drainDeadline, slowSweep] {
            if let timer { loop.cancel(timer) }
        }
        unparking = nil
        idling = nil
        acceptRetry = nil
        drainDeadline = nil
        slowSweep = nil
    }

    private func finishDrain() {
        guard let drained, waitingCount == 0, unsentCount == 0, readingCount == 0 else { return }
        endDrain(drained, true)
    }

    private func endDrain(_ completion: (Bool) -> Void, _ complete: Bool) {
        drained = nil
        if let drainDeadline { loop.cancel(drainDeadline) }
        drainDeadline = nil
        completion(complete)
    }
}

extension HTTPServer: EndOfTurnHandler, ReadinessHandler, TimerHandler {
    // MARK: Running libmicrohttpd

    /// Lets libmicrohttpd run at the end of this turn.
    func needsRun() {
        guard !isRunQueued else { return }
        isRunQueued = true
        loop.atEndOfTurn(.drive, self)
    }

    /// The daemon's epoll descriptor has something.
    package func ready(_ descriptor: Int32, _ readiness: Readiness) { needsRun() }

    package func endOfTurn() {
        isRunQueued = false
        guard let daemon else { return }
        run(daemon)
        finishDrain()
    }

    /// Runs libmicrohttpd as long as it has something to do.
    private func run(_ daemon: OpaquePointer) {
        var timeout: UInt64 = 0
        var hasTimeout = false
        var runs = 0
        if !isBusy {
            activeSince = loop.now
            pagesLeft = 0
        }
        isBusy = false
        repeat {
            guard runs < Self.maximumRuns else {
                isBusy = true
                needsRun()
                break
            }
            MHD_run(daemon)
            runs += 1
            if !suspects.isEmpty { settleSuspects() }
            hasTimeout = MHD_get_timeout(daemon, &timeout) == .YES
        } while hasTimeout && timeout == 0
        if hasTimeout, timeout > 0, idling == nil {
            idling = loop.schedule(after: min(timeout, 1 << 32) * 1_000_000, self, tag: Tag.idle)
        }
        if !isRunQueued {
            // Whatever their clients had sent is read now.
            for client in hungUpClients { client.cutOff() }
            hungUpClients.removeAll(keepingCapacity: true)
        }
        for client in resumed { client.leaveCheckedList() }
        resumed.removeAll(keepingCapacity: true)
    }

    package func timerFired(_ tag: UInt64) {
        switch tag {
        case Tag.unpark:
            unparking = nil
            while let client = parked.first, client.parkedSince + Self.parkingTime <= loop.now { unpark(client) }
            if parked.first != nil { scheduleUnparking() }
        case Tag.idle:
            idling = nil
            needsRun()
        case Tag.accept:
            acceptRetry = nil
            do {
                try loop.register(epoll, for: .readable, handler: self)
                needsRun()
            } catch {
                acceptLater()
            }
        case Tag.slow:
            slowSweep = nil
            endSlowConnections()
            if !connections.isEmpty { scheduleSlowSweep() }
        default:
            drainDeadline = nil
            if let drained { endDrain(drained, false) }
        }
    }

    /// The process has no descriptor left and no connection whose end would give one back: libmicrohttpd would try
    /// again and again.
    private func acceptLater() {
        guard acceptRetry == nil, !isStopping else { return }
        loop.deregister(epoll)
        acceptRetry = loop.schedule(after: Self.acceptDelay, self, tag: Tag.accept)
    }
}

extension HTTPServer {
    // MARK: Slow clients

    /// In an eighth of the limit, so that none is over it by more.
    private func scheduleSlowSweep() {
        slowSweep = loop.schedule(after: slowLimit / 8, self, tag: Tag.slow)
    }

    /// Nanoseconds.
    private var slowLimit: UInt64 { UInt64(min(max(limits.slowClient, 1), 1 << 20)) * 1_000_000_000 }

    private func endSlowConnections() {
        for client in connections where client.busySince != 0 {
            let mebibytes = client.exchange.map { $0.isAnswered ? UInt64(clamping: $0.answerSize >> 20) : 0 } ?? 0
            if loop.now >= client.busySince + slowLimit * (1 + mebibytes) { client.endSlow() }
        }
    }
}

extension HTTPServer {
    // MARK: What libmicrohttpd tells

    func accepted(_ connection: OpaquePointer) -> ClientConnection {
        let client = ClientConnection(connection, server: self, tls: credentials)
        client.index = connections.count
        connections.append(client)
        if slowSweep == nil { scheduleSlowSweep() }
        do {
            try client.watch(loop)
        } catch {
            logger.warning("a client's disconnect will not be seen", metadata: ["error": "\(error)"])
        }
        return client
    }

    func closed(_ client: ClientConnection) {
        if daemon != nil, let failure = client.unexplainedEnd(slowLimit) {
            if pagesLeft == 0 { refuse(client, failure) } else { pagesLeft -= 1 }
        }
        client.close(loop)
        parked.remove(client)
        // libmicrohttpd puts its listener back into its epoll only when it runs.
        if connections.count >= limits.connections || mayAcceptAgain { needsRun() }
        mayAcceptAgain = false
        let last = connections.removeLast()
        guard last !== client else { return }
        last.index = client.index
        connections[client.index] = last
    }

    func began(_ connection: OpaquePointer, _ client: ClientConnection, target: UnsafePointer<CChar>) -> HTTPExchange {
        let exchange = freeExchanges.popLast() ?? HTTPExchange(server: self)
        exchange.begin(connection, client, target: target)
        client.awaitsRequest = false
        readingCount += 1
        return exchange
    }

    /// libmicrohttpd is through with the request.
    func ended(_ exchange: HTTPExchange, _ code: MHD_RequestTerminationCode) {
        if exchange.isReading {
            readingCount -= 1
            // The socket is still open, and nothing has been sent.
            if code == .REQUEST_TERMINATED_TIMEOUT_REACHED, exchange.client?.isEnding != true {
                exchange.refuseDirectly(.slowClient)
            }
        } else if exchange.isAnswered {
            unsentCount -= 1
            if code == .REQUEST_TERMINATED_COMPLETED_OK, exchange.mayPark, let client = exchange.client { park(client) }
        }
        if let client = exchange.client {
            client.lastActive = loop.now
            client.awaitsRequest = code == .REQUEST_TERMINATED_COMPLETED_OK && exchange.keepsConnection
            client.hasServed = true
            client.busySince = client.hasUnread ? loop.now : 0
        }
        exchange.end()
        if freeExchanges.count < Self.keptExchanges { keep(exchange) }
    }

    /// Somebody who still holds it as a sink must not reach another request through it.
    private func keep(_ exchange: consuming HTTPExchange) {
        if isKnownUniquelyReferenced(&exchange) { freeExchanges.append(exchange) }
    }

    private static var keptExchanges: Int { 256 }

    func log(_ message: String) {
        if message.hasPrefix("Error accepting") {
            mayAcceptAgain = true
            if connections.isEmpty { acceptLater() }
        } else {
            suspectRefused(message)
        }
        logger.debug("libmicrohttpd", metadata: ["message": "\(message)"])
    }
}

extension HTTPServer {
    // MARK: What exchanges tell

    func exchangeWaits() {
        readingCount -= 1
        waitingCount += 1
    }

    /// The request being read will not be answered.
    func exchangeFailed() { readingCount -= 1 }

    /// - Parameters:
    ///   - wasWaiting: the connection is suspended; otherwise libmicrohttpd is just asking for the answer.
    ///   - isQueued: the answer will be sent; otherwise the connection will be closed.
    func answered(wasWaiting: Bool, _ isQueued: Bool) {
        if wasWaiting { waitingCount -= 1 } else { readingCount -= 1 }
        if isQueued { unsentCount += 1 }
    }

    /// Lets a suspended connection go on.
    func resume(_ client: ClientConnection) {
        client.resume()
        resumed.append(client)
        needsRun()
    }

    /// The client has sent its end of stream and no request of it is complete.
    func hungUp(_ client: ClientConnection) { hungUpClients.append(client) }

    func clientGone(_ exchange: HTTPExchange?) {
        guard let exchange, exchange.isWaiting, let client = exchange.client else { return }
        waitingCount -= 1
        exchange.giveUp()
        resume(client)
    }
}

extension HTTPServer {
    // MARK: Parking

    /// Suspends a connection after its answer, until the client sends the next request.
    ///
    /// Left alone, libmicrohttpd would now look whether something came, find nothing, because the client has yet to get the
    /// answer, and put the socket into its epoll, for to take it out again when the next request is suspended: three system
    /// calls a request, a quarter of its cost. Our own epoll watches the socket anyway. After a while without a request the
    /// connection is resumed, so that libmicrohttpd has only the suspended connections to look through that are in use, and
    /// counts its idle time.
    ///
    /// The manual wants suspensions to be made in the access handler. That they work here as well was read in the source
    /// of 0.9.75, so other versions go without. So does TLS: bytes that GnuTLS has taken already make no socket readable.
    private func park(_ client: ClientConnection) {
        guard Self.canPark, !client.isEncrypted, !client.hasUnread, client.isWatched, !client.isHungUp, !isStopping
        else { return }
        client.suspend()
        client.parkedSince = loop.now
        parked.append(client)
        if unparking == nil { scheduleUnparking() }
    }

    private static let canPark = strcmp(MHD_get_version(), "0.9.75") == 0

    func unpark(_ client: ClientConnection) {
        parked.remove(client)
        resume(client)
    }

    private func scheduleUnparking() {
        unparking = loop.schedule(after: Self.parkingTime, self, tag: Tag.unpark)
    }
}
