import IceEncoding

/// What is between a connection's messages and its socket: TLS, WebSocket, or WebSocket over TLS. Plain tcp has none.
///
/// A machine without a socket. To be used under the lock of the connection's outbox, but for ``room`` and
/// ``isAtEnd``, which belong to the loop.
final class Transport {
    private let tls: TLSSession?
    private let webSocket: WebSocketSession?
    /// Bytes for the socket, whole records or frames.
    private var wire = OutputBuffer(minimumCapacity: 1024)
    /// Those of `wire` that are written.
    private var head = 0
    /// Where the loop receives to.
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

    /// So many bytes of messages become one record or frame.
    private static let maximumPiece = 16_384
    /// No honest peer makes this side answer so much before it takes the answers. In bytes.
    private static let maximumUnasked = 1 << 18

    init(tls: TLSSession?, webSocket: WebSocketSession?) {
        self.tls = tls
        self.webSocket = webSocket
    }

    deinit { room.deallocate() }

    /// Whether messages can be sent: all handshakes are complete.
    var isReady: Bool { tls?.isEstablished ?? true && webSocket?.isOpen ?? true }
    /// Whether the peer said that it sends no more.
    var isAtEnd: Bool { tls?.isAtEnd ?? false || webSocket?.isAtEnd ?? false }
    /// The name of TLS's cipher; empty without TLS.
    var cipher: String { tls?.cipher ?? "" }
    /// What may be behind an end without words; nil without TLS.
    var silentEndHint: String? {
        tls == nil ? nil : "a server that does not take this side's certificate (IceSSL.CertFile) may do so"
    }

    // MARK: In

    /// Begins the handshakes.
    ///
    /// - Throws: ``LocalException``.
    func start() throws(LocalException) {
        defer { tls?.takeLeaving(into: &wire) }
        try tls?.advance()
        if tls == nil { webSocket?.start(into: &wire) }
    }

    /// Takes the first `count` bytes of ``room`` and adds what they carry to `input`.
    ///
    /// - Throws: ``LocalException`` when the peer is not to be talked to; what came before it is in `input`.
    func receive(_ count: Int, into input: inout ReadBuffer) throws(LocalException) {
        guard wire.count - head <= Self.maximumUnasked else {
            throw LocalException(.protocolError, "a peer makes this side answer and does not take the answers")
        }
        defer { tls?.takeLeaving(into: &wire) }
        let bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
        guard let tls else {
            webSocket?.incoming.append(bytes)
            return try receiveFrames(into: &input)
        }
        try tls.receive(bytes)
        if !tls.isEstablished {
            try tls.advance()
            guard tls.isEstablished else { return }
            if let webSocket { try startInside(tls, webSocket) }
        }
        guard let webSocket else { return try Self.decrypt(tls, into: &input) }
        try Self.decrypt(tls, into: &webSocket.incoming)
        try receiveFrames(into: &input)
    }

    private static func decrypt(_ tls: TLSSession, into buffer: inout ReadBuffer) throws(LocalException) {
        var failure: LocalException?
        while failure == nil {
            let (count, _) = buffer.fill { room in
                do throws(LocalException) {
                    return try tls.read(into: room)
                } catch {
                    failure = error
                    return 0
                }
            }
            guard count > 0 else { break }
        }
        if let failure { throw failure }
    }

    private func startInside(_ tls: TLSSession, _ webSocket: WebSocketSession) throws(LocalException) {
        var plain = OutputBuffer()
        webSocket.start(into: &plain)
        _ = tls.write(plain.bytes)
    }

    private func receiveFrames(into input: inout ReadBuffer) throws(LocalException) {
        guard let webSocket else { return }
        guard let tls else {
            return try webSocket.receive(into: &input, answers: &wire)
        }
        var answers = OutputBuffer()
        defer { _ = tls.write(answers.bytes) }
        try webSocket.receive(into: &input, answers: &answers)
    }

    // MARK: Out

    /// What the socket has to send first.
    var unsent: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: wire.bytes[head...]) }

    /// `count` of the unsent bytes were written.
    func wrote(_ count: Int) {
        head += count
        guard head == wire.count else { return }
        head = 0
        wire.truncate(to: 0)
        wire.shrink(toCapacity: 65_536)
    }

    /// Adds a piece of the messages to the unsent bytes.
    ///
    /// - Parameter messages: whole ones, but for the first when a part of it was taken before.
    /// - Returns: how many bytes it took; nil when nothing can be sent any more.
    func encode(_ messages: UnsafeRawBufferPointer) -> Int? {
        guard let webSocket else {
            let piece = UnsafeRawBufferPointer(rebasing: messages.prefix(Self.maximumPiece))
            return encrypt(piece) ? piece.count : nil
        }
        guard tls != nil else { return webSocket.encode(messages, limit: Self.maximumPiece, into: &wire) }
        var frames = OutputBuffer(minimumCapacity: 1024)
        let count = webSocket.encode(messages, limit: Self.maximumPiece, into: &frames)
        return encrypt(frames.bytes) ? count : nil
    }

    private func encrypt(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let tls, tls.write(bytes) else { return false }
        tls.takeLeaving(into: &wire)
        return true
    }

    /// Adds what a good end of the connection needs to the unsent bytes.
    func finish(_ reason: LocalException) {
        var last = OutputBuffer()
        webSocket?.finish(reason, into: &last)
        if let tls {
            if last.count > 0 { _ = tls.write(last.bytes) }
            tls.finish()
            tls.takeLeaving(into: &wire)
        } else {
            wire.append(last.bytes)
        }
    }
}

extension ReadBuffer {
    /// Adds bytes.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var left = bytes
        while !left.isEmpty {
            let (count, _) = fill { room in
                let count = min(room.count, left.count)
                room.copyMemory(from: UnsafeRawBufferPointer(rebasing: left[..<count]))
                return count
            }
            left = UnsafeRawBufferPointer(rebasing: left[count...])
        }
    }
}
