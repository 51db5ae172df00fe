import IceEncoding
import Synchronization

/// Requests that are collected until they are flushed: those of one batch proxy, or of all batch proxies that are fixed
/// to one connection.
///
/// A batch is handed over while the queue is locked, so that none overtakes another.
final class BatchRequestQueue: Sendable {
    fileprivate struct State {
        /// Room for the count, and the requests.
        var bytes: [UInt8] = []
        var count: Int32 = 0
        /// Whether a proxy asked for compression.
        var compresses = false
        /// Of the latest proxy that put something in.
        var invoker: Invoker?
        var communicator: Communicator?
        /// Why its connection is closed; nil before.
        var exception: LocalException?
    }

    private static let countSize = MemoryLayout<Int32>.size

    /// In bytes. A message that would reach it leaves without its latest request.
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// For a connection that is closed: what is in it will not be sent, and it takes nothing more.
    func destroy(_ exception: LocalException) {
        state.withLock { $0 = State(count: $0.count, communicator: $0.communicator, exception: exception) }
    }

    /// The number of requests and the size of the message that holds them, in bytes.
    var extent: (count: Int, size: Int) { state.withLock { (Int($0.count), $0.messageSize) } }
}

extension BatchRequestQueue.State {
    var messageSize: Int { MessageHeader.size + max(bytes.count, MemoryLayout<Int32>.size) }

    mutating func append(_ template: RequestTemplate, _ payload: [UInt8]) {
        if bytes.isEmpty { bytes = [0, 0, 0, 0] }
        bytes += template.batched
        bytes += payload
        count += 1
    }

    /// Empties the queue.
    ///
    /// - Returns: what follows the header of a batch message.
    mutating func take() -> [UInt8] {
        var payload: [UInt8] = []
        swap(&payload, &bytes)
        withUnsafeBytes(of: count.littleEndian) { payload.replaceSubrange(0..<$0.count, with: $0) }
        self = .init(exception: exception)
        return payload
    }
}

extension BatchRequestQueue {
    // MARK: In

    /// Adds a request. When the message becomes too long with it, those before are sent first; nobody is told how that
    /// ended.
    ///
    /// - Throws: ``LocalException``: why the connection is closed.
    func add(_ template: RequestTemplate, payload: [UInt8], of proxy: ObjectPrx) throws(LocalException) {
        let invoker = proxy.reference.invoker()
        let exception = state.withLock { state -> LocalException? in
            if let exception = state.exception { return exception }
            if state.count > 0, state.messageSize + template.batched.count + payload.count >= limit {
                let observer = FlushObserver(nil, payload: state.take())
                _ = observer.send(operation: "ice_flushBatchRequests", over: invoker, timeout: proxy.invocationTimeout)
            }
            state.append(template, payload)
            if proxy.ice_getCompress() == true { state.compresses = true }
            state.invoker = invoker
            state.communicator = proxy.ice_getCommunicator()
            return nil
        }
        if let exception { throw exception }
    }
}

extension BatchRequestQueue {
    // MARK: Out

    /// What is known of a batch that is about to be sent.
    struct Origin {
        let invoker: Invoker
        /// Whether a proxy asked for compression.
        let compresses: Bool
    }

    /// The communicator of those whose requests are in it; nil when it is empty.
    var communicator: Communicator? { state.withLock { $0.communicator } }

    /// Sends what was collected; nothing to send counts as sent.
    ///
    /// - Parameters:
    ///   - timeout: in nanoseconds, 0 for none.
    ///   - choose: what sends it.
    func flush(_ future: InvocationFuture<Void>, timeout: UInt64, over choose: (Origin) -> Invoker) {
        let outcome = state.withLock { state -> Result<Bool, LocalException> in
            guard state.count > 0 else { return .success(true) }
            if let exception = state.exception {
                state.count = 0
                return .failure(exception)
            }
            guard let invoker = state.invoker else { return .success(true) }
            let chosen = choose(Origin(invoker: invoker, compresses: state.compresses))
            let observer = FlushObserver(future, payload: state.take())
            return .success(observer.send(operation: future.operation, over: chosen, timeout: timeout))
        }
        switch outcome {
        case .success(true):
            future.markSentSynchronously()
            future.complete(.success(()))
        case .success(false): break
        case .failure(let exception): future.complete(.failure(exception))
        }
        if let communicator = future.communicator, communicator.hasStopped {
            future.complete(.failure(LocalException(.communicatorDestroyed, "the communicator is destroyed")))
        }
    }
}

/// Completes the future of a flush. Keeps the batch for another connection.
private final class FlushObserver: InvocationObserver, Sendable {
    private let future: InvocationFuture<Void>?
    private let payload: [UInt8]

    init(_ future: InvocationFuture<Void>?, payload: [UInt8]) {
        self.future = future
        self.payload = payload
    }

    /// - Returns: whether the batch was written in this call.
    func send(operation: String, over invoker: Invoker, timeout: UInt64) -> Bool {
        let invocation = Invocation(
            RequestTemplate(batch: operation), isTwoway: false, isIdempotent: false, isCounted: false, invoker: invoker,
            observer: self)
        future?.begin(invocation)
        return invoker.send(invocation, payload: payload, timeout: timeout)
    }

    func sent(_ invocation: Invocation) {
        future?.markSent()
        future?.complete(.success(()))
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        future?.complete(.failure(exception))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { buffer.append(payload) }

    // A batch has no reply.
    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {}
}
