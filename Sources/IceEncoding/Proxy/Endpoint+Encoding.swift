extension Endpoint {
    /// Makes the real endpoint out of the bytes of a known type in a known encoding; others stay opaque.
    ///
    /// - Throws: ``MarshalError`` when the bytes are not what the type promises.
    init(_ opaque: OpaqueEndpoint) throws(MarshalError) {
        let result = opaque.bytes.withUnsafeBytes { bytes in
            Result { () throws(MarshalError) in
                try Endpoint(type: opaque.type, encoding: opaque.encoding, InputCursor(bytes))
            }
        }
        self = try result.get()
    }

    /// - Parameter payload: the content of the endpoint's encapsulation.
    fileprivate init(type: Int16, encoding: EncodingVersion, _ payload: InputCursor) throws(MarshalError) {
        if encoding.isSupported, let transport = IPEndpoint.Transport(type: type) {
            self = .ip(try IPEndpoint(transport, encoding: encoding, payload))
        } else {
            self = .opaque(OpaqueEndpoint(type: type, encoding: encoding, bytes: Array(payload.bytes)))
        }
    }
}

extension InputCursor {
    /// Reads a type and an encapsulation.
    mutating func readEndpoint() throws(MarshalError) -> Endpoint {
        let type = try read(Int16.self)
        let (encoding, payload) = try readEncapsulation()
        // There is no text for others, so that they could not be passed on.
        guard type >= 0, encoding.major > 0 else {
            throw MarshalError(.malformed, "an endpoint of type \(type) in encoding \(encoding)")
        }
        return try Endpoint(type: type, encoding: encoding, payload)
    }
}

extension OutputBuffer {
    /// Appends a type and an encapsulation, in this encoding unless the endpoint is opaque.
    mutating func appendEndpoint(_ endpoint: Endpoint, encoding: EncodingVersion) {
        switch endpoint {
        case .ip(let endpoint):
            append(endpoint.transport.type)
            let start = beginEncapsulation(encoding)
            append(endpoint, encoding: encoding)
            endEncapsulation(start)
        case .opaque(let endpoint):
            append(endpoint.type)
            let start = beginEncapsulation(endpoint.encoding)
            append(endpoint.bytes)
            endEncapsulation(start)
        }
    }

    fileprivate mutating func append(_ endpoint: IPEndpoint, encoding: EncodingVersion) {
        appendString(endpoint.host)
        append(Int32(endpoint.port))
        if endpoint.transport == .udp {
            // Protocol and encoding version, which only encoding 1.0 carries.
            if encoding == .v1_0 { append([1, 0, 1, 0]) }
        } else {
            append(endpoint.timeout)
        }
        append(endpoint.compresses ? 1 : 0 as UInt8)
        if endpoint.transport.hasResource { appendString(endpoint.resource) }
    }
}

extension IPEndpoint {
    /// The endpoint as bytes of encoding 1.1.
    var opaque: OpaqueEndpoint {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.append(self, encoding: .v1_1)
        return OpaqueEndpoint(type: transport.type, encoding: .v1_1, bytes: Array(buffer.bytes))
    }

    fileprivate init(_ transport: Transport, encoding: EncodingVersion, _ payload: InputCursor) throws(MarshalError) {
        var cursor = payload
        let host = try cursor.readName()
        let number = try cursor.read(Int32.self)
        guard let port = UInt16(exactly: number) else {
            throw MarshalError(.malformed, "port \(number) is outside 0...65535")
        }
        self.init(transport, host: host, port: port)
        if transport == .udp {
            // Protocol and encoding version, which only encoding 1.0 carries.
            if encoding == .v1_0 { try cursor.skip(4) }
        } else {
            timeout = try cursor.read(Int32.self)
        }
        compresses = try cursor.readBool()
        if transport.hasResource { resource = try cursor.readName() }
        guard cursor.remaining == 0 else {
            throw MarshalError(.badEncapsulation, "\(cursor.remaining) bytes too many in an endpoint")
        }
    }
}

extension IPEndpoint.Transport {
    /// The number on the wire.
    fileprivate var type: Int16 {
        switch self {
        case .tcp: 1
        case .ssl: 2
        case .udp: 3
        case .ws: 4
        case .wss: 5
        }
    }

    fileprivate init?(type: Int16) {
        switch type {
        case 1: self = .tcp
        case 2: self = .ssl
        case 3: self = .udp
        case 4: self = .ws
        case 5: self = .wss
        default: return nil
        }
    }

    /// ws and wss.
    var hasResource: Bool { self == .ws || self == .wss }
}
