import IceEncoding

/// Reads what a WebSocket's peer sends, without a connection: for those who look for bytes that break it.
package struct WebSocketReader: ~Copyable {
    private let session: WebSocketSession
    private var input = ReadBuffer()
    private var sent = OutputBuffer()

    /// The key that a client's request has.
    package static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    /// - Throws: ``LocalException``, never.
    package init(isServer: Bool) throws(LocalException) {
        session = WebSocketSession(
            isServer ? nil : try WebSocketRequest(host: "localhost", resource: "/", key: Self.key), peer: "peer")
    }

    /// Takes bytes of the peer.
    ///
    /// - Throws: ``LocalException`` `.protocolError`.
    package mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(LocalException) {
        session.incoming.append(bytes)
        try session.receive(into: &input, answers: &sent)
    }

    /// What the frames carried.
    package var payload: [UInt8] { Array(input.bytes) }
    /// What goes to the peer.
    package var answers: [UInt8] { Array(sent.bytes) }
    /// Whether the upgrade is complete.
    package var isOpen: Bool { session.isOpen }
    /// Whether the peer ended it.
    package var isAtEnd: Bool { session.isAtEnd }
}
