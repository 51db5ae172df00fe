import IceEncoding
import Synchronization

/// Takes the requests of one proxy to an object adapter of the same communicator: the bytes that would be written are
/// read as if they had arrived, and dispatched in their order. From any thread.
final class CollocatedRequestHandler: Sendable {
    /// What became of a request.
    enum Admission {
        /// It is being dispatched.
        case accepted
        /// The adapter takes none any more; another way may lead to the object.
        case refused
        /// It is being cancelled, or over; nobody shall send it.
        case withheld
        /// It can't be read: a server would give up the connection.
        case malformed(LocalException)
    }

    private let port: CollocatedPort
    private let requests: CollocatedRequests
    private let queue: DispatchQueue
    private let sink: Sink

    init(_ port: CollocatedPort, requests: CollocatedRequests) {
        self.port = port
        self.requests = requests
        // The limit of dispatches is one of connections.
        queue = DispatchQueue(adapter: port.adapter, limit: 0)
        sink = Sink(port, requests)
    }

    /// Whether its adapter takes requests.
    var isOpen: Bool { port.isOpen }

    /// - Parameter payload: the parameters as an encapsulation; of a batch what follows the header.
    func send(_ invocation: Invocation, payload: UnsafeRawBufferPointer) -> Admission {
        guard !invocation.isCancelRequested.load(ordering: .sequentiallyConsistent) else { return .withheld }
        if invocation.isTwoway {
            guard requests.add(invocation) else { return .refused }
        }
        var message = OutputBuffer(minimumCapacity: invocation.messageSize(payload))
        invocation.writeMessage(payload, into: &message)
        if invocation.isTwoway { message.patch(invocation.requestId, at: MessageHeader.size) }
        let incoming: [IncomingRequest]
        do throws(MarshalError) {
            incoming = try read(message.bytes)
        } catch {
            guard takeBack(invocation) else { return .withheld }
            return .malformed(LocalException(.marshal, "the request cannot be read: \(error.message)"))
        }
        guard port.begin(incoming.count) else { return takeBack(invocation) ? .refused : .withheld }
        if !invocation.isTwoway { invocation.isWritten = true }
        for request in incoming { _ = queue.add(request, from: sink) }
        queue.startPending()
        return .accepted
    }

    /// - Returns: false when it was ended meanwhile.
    private func takeBack(_ invocation: Invocation) -> Bool {
        guard invocation.isTwoway else { return true }
        guard requests.forget(invocation) else { return false }
        invocation.isCollocated = false
        invocation.isWritten = false
        return true
    }

    private func read(_ message: UnsafeRawBufferPointer) throws(MarshalError) -> [IncomingRequest] {
        var cursor = InputCursor(message)
        let header = try MessageHeader(&cursor, maximumSize: Int(Int32.max))
        var incoming: [IncomingRequest] = []
        try IncomingRequest.readAll(
            header, UnsafeRawBufferPointer(rebasing: message[MessageHeader.size...]), adapter: port.adapter,
            connection: nil
        ) { incoming.append($0) }
        return incoming
    }

    /// Brings answers to the invocations.
    private final class Sink: ReplySink {
        private let port: CollocatedPort
        private let requests: CollocatedRequests

        init(_ port: CollocatedPort, _ requests: CollocatedRequests) {
            self.port = port
            self.requests = requests
        }

        func sendReply(to requestId: Int32, _ response: OutgoingResponse, compresses: Bool, thread: UInt) {
            requests.replied(requestId, response)
        }

        func dispatchEnded() { port.end(1) }

        // Nothing is written, and nothing is full.
        func cork(thread: UInt) {}
        func uncork() {}
        func resumeReading() {}
    }
}
