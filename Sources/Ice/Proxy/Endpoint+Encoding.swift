import IceEncoding

extension Endpoint {
    /// Makes the real endpoint out of the bytes of a known type; others stay opaque.
    ///
    /// - Throws: ``MarshalError`` when the bytes are not what the type promises.
    init(_ opaque: OpaqueEndpoint) throws(MarshalError) {
        let transport: IPEndpoint.Transport
        switch opaque.type {
        case 1: transport = .tcp
        case 2: transport = .ssl
        case 3: transport = .udp
        case 4: transport = .ws
        case 5: transport = .wss
        default:
            self = .opaque(opaque)
            return
        }
        self = .ip(try IPEndpoint(transport, encoding: opaque.encoding, bytes: opaque.bytes))
    }
}

extension IPEndpoint {
    init(_ transport: Transport, encoding: EncodingVersion, bytes: [UInt8]) throws(MarshalError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(MarshalError) in try IPEndpoint(transport, encoding: encoding, bytes: bytes) }
        }
        self = try result.get()
    }

    private init(_ transport: Transport, encoding: EncodingVersion, bytes: UnsafeRawBufferPointer) throws(MarshalError)
    {
        var cursor = InputCursor(bytes)
        let host = try cursor.readString()
        let port = try cursor.read(Int32.self)
        guard let port = UInt16(exactly: port) else {
            throw MarshalError(.malformed, "port \(port) is outside 0...65535")
        }
        self.init(transport, host: host, port: port)
        if transport == .udp {
            // Protocol and encoding version, which only encoding 1.0 carries.
            if encoding == .v1_0 { try cursor.skip(4) }
        } else {
            timeout = try cursor.read(Int32.self)
        }
        compresses = try cursor.readBool()
        if transport == .ws || transport == .wss { resource = try cursor.readString() }
        guard cursor.remaining == 0 else {
            throw MarshalError(.badEncapsulation, "\(cursor.remaining) bytes too many in an endpoint")
        }
    }
}
