import IceEncoding

/// One end of a WebSocket as a machine without a socket: the upgrade, then frames that carry a stream of bytes.
final class WebSocketSession {
    /// What it connects to; nil for a server.
    private let request: WebSocketRequest?
    /// For messages, as `127.0.0.1:4061`.
    private let peer: String
    /// What has arrived and is not yet looked at.
    var incoming = ReadBuffer(initialCapacity: 4096)
    /// Whether the upgrade is complete.
    private(set) var isOpen = false
    /// Whether the peer sent its close frame.
    private(set) var isAtEnd = false
    private var isFinished = false

    /// What has to come of the payload of a data frame.
    private var left = 0
    private var mask: WebSocketMask?
    /// Whether the next data frame has to be a continuation.
    private var isInMessage = false
    /// How much of the message that is being sent was not put in a frame yet.
    private var messageLeft = 0

    private var isServer: Bool { request == nil }

    init(_ request: WebSocketRequest?, peer: String) {
        self.request = request
        self.peer = peer
    }

    /// Sends a client's request.
    func start(into out: inout OutputBuffer) { request?.append(to: &out) }

    // MARK: In

    /// Takes what is in ``incoming``.
    ///
    /// - Parameters:
    ///   - input: gets the payload of data frames.
    ///   - answers: gets the response to the upgrade and pongs.
    /// - Throws: ``LocalException`` `.protocolError`.
    func receive(into input: inout ReadBuffer, answers: inout OutputBuffer) throws(LocalException) {
        do throws(WebSocketFrame.Violation) {
            if !isOpen, try !upgrade(&answers) { return }
            while !isAtEnd, try receiveNext(into: &input, answers: &answers) {}
        } catch {
            throw LocalException(.protocolError, "\(peer) sent \(error.message) over WebSocket")
        }
    }

    /// - Returns: false while the bytes do not suffice.
    private func upgrade(_ answers: inout OutputBuffer) throws(WebSocketFrame.Violation) -> Bool {
        guard let (head, size) = try WebSocketHead.read(incoming.bytes, start: isServer ? "GET " : "HTTP/") else {
            return false
        }
        if let request {
            try request.check(head)
        } else {
            try head.accept(into: &answers)
        }
        incoming.consume(size)
        isOpen = true
        return true
    }

    /// - Returns: false while the bytes do not suffice.
    private func receiveNext(
        into input: inout ReadBuffer, answers: inout OutputBuffer
    ) throws(WebSocketFrame.Violation) -> Bool {
        let bytes = incoming.bytes
        if left > 0 {
            guard !bytes.isEmpty else { return false }
            takePayload(UnsafeRawBufferPointer(rebasing: bytes.prefix(left)), into: &input)
            return true
        }
        guard let frame = try WebSocketFrame(bytes, isMasked: isServer) else { return false }
        guard frame.kind.isControl else {
            try begin(frame)
            return true
        }
        guard bytes.count >= frame.headerSize + frame.length else { return false }
        let end = frame.headerSize + frame.length
        receiveControl(frame, UnsafeRawBufferPointer(rebasing: bytes[frame.headerSize..<end]), &answers)
        incoming.consume(end)
        return true
    }

    private func takePayload(_ bytes: UnsafeRawBufferPointer, into input: inout ReadBuffer) {
        input.append(bytes, mask)
        mask = mask?.advanced(by: bytes.count)
        left -= bytes.count
        incoming.consume(bytes.count)
    }

    private func begin(_ frame: WebSocketFrame) throws(WebSocketFrame.Violation) {
        guard frame.kind != .text else { throw WebSocketFrame.Violation(message: "text") }
        guard (frame.kind == .continuation) == isInMessage else {
            throw WebSocketFrame.Violation(message: "a frame out of order")
        }
        guard frame.length > 0 else { throw WebSocketFrame.Violation(message: "an empty frame") }
        isInMessage = !frame.isFinal
        left = frame.length
        mask = frame.mask.map(WebSocketMask.init)
        incoming.consume(frame.headerSize)
    }

    private func receiveControl(
        _ frame: WebSocketFrame, _ payload: UnsafeRawBufferPointer, _ answers: inout OutputBuffer
    ) {
        switch frame.kind {
        case .ping:
            var plain = ReadBuffer(initialCapacity: 4096)
            plain.append(payload, frame.mask.map(WebSocketMask.init))
            answers.appendFrame(.pong, plain.bytes, mask: newMask())
        case .close:
            isAtEnd = true
        default:
            break
        }
    }

    // MARK: Out

    private func newMask() -> UInt32? { isServer ? nil : UInt32.random(in: .min ... .max) }

    /// Makes frames. None has bytes of two messages: Ice 3.7 unmasks the second one wrongly.
    ///
    /// - Parameters:
    ///   - messages: whole ones, but for the first when a part of it was taken before.
    ///   - limit: so many bytes at most.
    /// - Returns: how many bytes it took.
    func encode(_ messages: UnsafeRawBufferPointer, limit: Int, into out: inout OutputBuffer) -> Int {
        var taken = 0
        while taken < min(limit, messages.count) {
            let rest = UnsafeRawBufferPointer(rebasing: messages[taken...])
            if messageLeft == 0 { messageLeft = Self.messageSize(rest) }
            let payload = UnsafeRawBufferPointer(rebasing: rest.prefix(min(messageLeft, limit - taken)))
            out.appendFrame(.binary, payload, mask: newMask())
            messageLeft -= payload.count
            taken += payload.count
        }
        return taken
    }

    /// The size of the message that begins there.
    private static func messageSize(_ bytes: UnsafeRawBufferPointer) -> Int {
        var cursor = InputCursor(bytes)
        let header = try? MessageHeader(&cursor, maximumSize: .max)
        return header?.messageSize ?? bytes.count
    }

    /// Says that nothing follows, and why.
    func finish(_ reason: LocalException, into out: inout OutputBuffer) {
        guard isOpen, !isFinished else { return }
        isFinished = true
        let code: UInt16 =
            switch reason.code {
            case .objectAdapterDeactivated, .communicatorDestroyed: 1001
            case .protocolError, .marshal: 1002
            default: 1000
            }
        withUnsafeBytes(of: code.bigEndian) { out.appendFrame(.close, $0, mask: newMask()) }
    }
}

extension ReadBuffer {
    /// Adds bytes, unmasked.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ mask: WebSocketMask?) {
        guard var mask else { return append(bytes) }
        var left = bytes
        while !left.isEmpty {
            let (count, _) = fill { room in
                mask.apply(to: UnsafeRawBufferPointer(rebasing: left.prefix(room.count)), into: room)
            }
            mask = mask.advanced(by: count)
            left = UnsafeRawBufferPointer(rebasing: left[count...])
        }
    }
}
