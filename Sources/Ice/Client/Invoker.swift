package import EventLoop
package import IceEncoding
import Logging
import Synchronization

/// Sends the requests of one proxy over one loop. The fast path of the gateway: everything here belongs to that loop,
/// except what its section says.
///
/// While there is no connection, requests wait here in order with a copy of their parameters.
///
/// Sendable without a check: ``shared`` is a mutex; every other variable belongs to the loop.
package final class Invoker: @unchecked Sendable {
    /// The proxy's content; not its reference, which keeps this invoker.
    let content: Reference.Content
    let pool: ConnectionPool

    var connection: Connection?
    /// Some of those already over stay until the list is worked off.
    var waiting: [Invocation] = []
    /// The number of those that are not over.
    private var waitingCount = 0
    /// The length of ``waiting`` at which those that are over are taken out.
    private var waitingLimit = 64
    private var waitingBytes = 0 {
        didSet { counts.waitingBytes += waitingBytes - oldValue }
    }
    var isStarting = false
    /// Whether requests from other threads must line up behind those that wait.
    private var isHeld = false
    /// The endpoints still to be tried in the current attempt to connect; nil when there is none.
    var untried: ArraySlice<Route>?
    /// Whether the pool is being asked for a connection, and may refuse inside that call.
    var isTrying = false
    /// The one being tried.
    var route: Route?
    /// Whether requests over the connection are compressed.
    var compresses = false
    var lastFailure: LocalException?
    /// The wait for a locator's or router's answer; nil when there is none.
    var locating: Locating?
    /// Whether the endpoints in use are an old answer of a locator.
    var isLocationCached = false

    /// What it has in common with the invokers that it makes for single requests, and with those of the same target.
    private final class Counts {
        var inFlight = 0
        var waitingBytes = 0
        /// Counts the same invocations together with others.
        let shared: InvocationCount?

        init(shared: InvocationCount?) { self.shared = shared }

        func add(_ number: Int) {
            inFlight += number
            shared?.add(number)
        }
    }

    private let counts: Counts

    /// The number of requests made on the loop that are not over.
    package var inFlight: Int { counts.inFlight }

    struct Shared {
        private(set) var connection: Connection?
        /// Those before it that may still carry requests.
        private(set) var former: [Connection] = []
        /// Whether requests over the connection are compressed.
        var compresses = false
        /// What takes them instead, when they are collocated calls.
        var collocated: CollocatedRequestHandler?
        /// Requests on their way to the loop. While there are any, later ones must not overtake them.
        var underway = 0
        /// Whether requests wait on the loop, for the same reason.
        var isHeld = false

        mutating func replaceConnection(_ new: Connection?) {
            if let connection, connection !== new {
                former.removeAll { $0.isOver || $0 === new }
                if !connection.isOver { former.append(connection) }
            }
            connection = new
        }
    }

    let shared = Mutex(Shared())

    /// - Parameters:
    ///   - count: of requests in flight, with those of other loops.
    ///   - other: whose ``inFlight`` and ``unsentBytes`` count its requests, too; of the same loop.
    init(
        _ content: Reference.Content, pool: ConnectionPool, count: InvocationCount? = nil,
        countedWith other: Invoker? = nil
    ) {
        self.content = content
        self.pool = pool
        counts = other?.counts ?? Counts(shared: count)
    }

    /// Of a proxy that looks for a connection with each request: an invoker for one of them.
    private init(forOneOf invoker: Invoker) {
        content = invoker.content
        pool = invoker.pool
        counts = invoker.counts
    }

    /// The object whose requests it sends.
    package var identity: Identity { content.proxy.identity }
    /// The facet of the object.
    package var facet: String { content.proxy.facet }

    package var loop: EventLoop { pool.loop }

    /// Whether it has a connection that takes requests. On the loop only.
    package var isConnected: Bool { connection?.takesRequests ?? false }

    /// The number of bytes of requests that wait to be written, those of other invokers on the same connection included.
    package var unsentBytes: Int { counts.waitingBytes + (connection?.unsentBytes ?? 0) }

    /// Whether a failed attempt may be made again; otherwise the requests end with their first failure.
    var retries: Bool {
        content.options.fixed == nil && content.proxy.mode != .batchOneway && content.proxy.mode != .batchDatagram
    }

    /// Whether the proxy's mode and the connection agree about datagrams.
    func carries(_ connection: Connection) -> Bool {
        (content.proxy.mode == .datagram || content.proxy.mode == .batchDatagram) == connection.isDatagram
    }

    /// Whether requests are compressed on that way; nil for a connection of unknown origin.
    func compresses(_ route: Route?) -> Bool {
        pool.settings.overrideCompress ?? content.options.compresses ?? route?.compresses ?? false
    }
}

extension Invoker {
    // MARK: Invoking on the loop

    /// Sends a request at the end of this turn of the loop, or as soon as there is a connection. On the loop only.
    ///
    /// - Parameters:
    ///   - context: instead of the template's.
    ///   - payload: the parameters as an encapsulation with its six header bytes; copied.
    ///   - isTwoway: whether an answer is wanted; without, the invocation ends when it is sent.
    ///   - isIdempotent: whether it may be executed twice.
    ///   - timeout: for the whole invocation, in nanoseconds; 0 for none.
    ///   - observer: kept until the invocation is over.
    package func invoke(
        _ template: RequestTemplate, context: RequestContext? = nil, payload: UnsafeRawBufferPointer,
        isTwoway: Bool = true, isIdempotent: Bool = false, timeout: UInt64 = 0, observer: any InvocationObserver
    ) -> Invocation {
        let carrier = content.options.isConnectionCached ? self : Invoker(forOneOf: self)
        let invocation = Invocation(
            template, context: context, isTwoway: isTwoway, isIdempotent: isIdempotent, isCounted: true,
            invoker: carrier, observer: observer)
        counts.add(1)
        invocation.startTimer(timeout)
        carrier.submit(invocation, payload: payload)
        return invocation
    }

    func submit(_ invocation: Invocation, payload: UnsafeRawBufferPointer) {
        if connection == nil { takeShared() }
        if waiting.isEmpty, let connection {
            invocation.compresses = compresses
            switch connection.enqueue(invocation, payload: payload) {
            case .accepted, .withheld: return
            // Not inside this call; the end of the turn finds the same.
            case .refused, .tooLarge: break
            }
        }
        invocation.payload = Array(payload)
        wait(invocation)
    }

    /// Takes the connection that other threads have found meanwhile.
    private func takeShared() { (connection, compresses) = shared.withLock { ($0.connection, $0.compresses) } }

    /// Puts a request at the end of those that wait for a connection, and sees to it that there will be one.
    func wait(_ invocation: Invocation) {
        waiting.append(invocation)
        let bytes = invocation.payload?.count ?? 0
        invocation.waitingBytes = bytes
        waitingBytes += bytes
        waitingCount += 1
        if waiting.count >= waitingLimit {
            // The wait may be for ever, and times out again and again.
            waiting.removeAll(where: \.isDone)
            waitingLimit = max(64, waiting.count * 2)
        }
        hold(true)
        guard untried == nil, locating == nil, !isStarting else { return }
        isStarting = true
        loop.atEndOfTurn(.drive, self)
    }

    /// Takes out all that wait.
    func takeWaiting() -> [Invocation] {
        var queue: [Invocation] = []
        swap(&queue, &waiting)
        for invocation in queue { invocation.waitingBytes = nil }
        waitingBytes = 0
        waitingCount = 0
        return queue
    }

    func hold(_ holds: Bool) {
        guard holds != isHeld else { return }
        isHeld = holds
        shared.withLock { $0.isHeld = holds }
    }

    func finished(_ invocation: Invocation) {
        if invocation.isCounted { counts.add(-1) }
        guard let bytes = invocation.waitingBytes else { return }
        invocation.waitingBytes = nil
        waitingBytes -= bytes
        waitingCount -= 1
        guard waitingCount == 0 else { return }
        waiting.removeAll(keepingCapacity: true)
        // The invoker of a single request doesn't come back to learn where its object is.
        if !content.options.isConnectionCached { giveUpLocating() }
    }
}
