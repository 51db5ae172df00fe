import Ice

/// A WebSocket's bytes must say the same in pieces of any size as in one.
///
/// The first byte of an input says whose they are (bit 0: a server's) and whether they come after the upgrade (bit 1), the second
/// one how long the pieces are.
func readWebSocket(_ input: UnsafeRawBufferPointer) {
    guard input.count > 2 else { return }
    let isServer = input[0] & 1 == 0
    let upgrade = input[0] & 2 == 0 ? "" : isServer ? request : response
    let bytes = Array(upgrade.utf8) + input[2...]
    let whole = read(bytes, isServer: isServer, piece: bytes.count)
    let pieces = read(bytes, isServer: isServer, piece: max(1, Int(input[1])))
    promise(upgrade.isEmpty || whole.isOpen, "the upgrade is not taken")
    promise(whole.failure == pieces.failure, "'\(whole.failure ?? "")' became '\(pieces.failure ?? "")' in pieces")
    promise(whole.payload == pieces.payload, "\(shown(whole.payload)) became \(shown(pieces.payload)) in pieces")
    promise(whole.payload.count <= bytes.count, "a payload of \(whole.payload.count) bytes in \(bytes.count)")
    // A client's answers have masks of their own.
    promise(whole.answers.count == pieces.answers.count, "\(shown(whole.answers)) became \(shown(pieces.answers))")
    promise(!isServer || whole.answers == pieces.answers, "\(shown(whole.answers)) became \(shown(pieces.answers))")
}

private struct Outcome {
    var isOpen: Bool
    var payload: [UInt8]
    var answers: [UInt8]
    var failure: String?
}

private func read(_ bytes: [UInt8], isServer: Bool, piece: Int) -> Outcome {
    bytes.withUnsafeBytes { bytes in
        var failure: String?
        do throws(LocalException) {
            var reader = try WebSocketReader(isServer: isServer)
            var start = 0
            while start < bytes.count, failure == nil {
                let end = min(start + piece, bytes.count)
                do throws(LocalException) {
                    try reader.receive(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                } catch {
                    promise(error.code == .protocolError, "\(error)")
                    failure = error.message
                }
                start = end
            }
            return Outcome(isOpen: reader.isOpen, payload: reader.payload, answers: reader.answers, failure: failure)
        } catch {
            breaking("\(error)")
        }
    }
}

private let request = """
    GET / HTTP/1.1\r
    Host: localhost\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: \(WebSocketReader.key)\r
    \r

    """

private let response = """
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
    \r

    """
