@testable import Ice
import IceTesting

/// Plays one side's handshakes over a socket, up to a number of bytes sent.
struct HandshakePlayer {
    let transport: Transport
    /// Whether TLS comes first.
    let isSecure: Bool
    private(set) var sent = 0

    init(_ transport: Transport, isSecure: Bool) {
        self.transport = transport
        self.isSecure = isSecure
    }

    /// - Returns: whether the handshakes are complete; false when the limit came before.
    mutating func play(on connection: RawConnection, limit: Int) throws -> Bool {
        var input = ReadBuffer()
        try transport.start()
        while true {
            let bytes = Array(transport.unsent)
            transport.wrote(bytes.count)
            let part = bytes.prefix(limit - sent)
            if !part.isEmpty { try connection.send(part) }
            sent += part.count
            if sent >= limit { return false }
            if transport.isReady { return true }
            let received = try receive(connection)
            transport.room.copyBytes(from: received)
            try transport.receive(received.count, into: &input)
        }
    }

    /// A record, or a byte.
    private func receive(_ connection: RawConnection) throws -> [UInt8] {
        guard isSecure else { return try connection.receive(1) }
        let header = try connection.receive(5)
        return header + (try connection.receive(Int(header[3]) << 8 | Int(header[4])))
    }
}
