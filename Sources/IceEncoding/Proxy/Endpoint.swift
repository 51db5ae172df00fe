/// Where an object may be reached.
public enum Endpoint: Hashable, Sendable {
    case ip(IPEndpoint)
    /// Of a transport this runtime does not know; kept to be passed on.
    case opaque(OpaqueEndpoint)
}

/// An endpoint of a transport over IP.
public struct IPEndpoint: Hashable, Sendable {
    /// How it carries messages.
    public enum Transport: String, Sendable {
        case tcp, ssl, udp, ws, wss
    }

    /// How it carries messages.
    public var transport: Transport
    /// A name or a numeric address; empty for the default host.
    public var host: String
    /// 0 in an object adapter's endpoint lets the system choose.
    public var port: UInt16
    /// In milliseconds, −1 for none. Carried for old peers, without effect here.
    public var timeout: Int32 = 60_000
    /// Whether requests over it should be compressed.
    public var compresses = false
    /// The numeric address to connect from; empty for any.
    public var sourceAddress = ""
    /// The path of ws and wss.
    public var resource = "/"
    /// The interface of a udp multicast; empty for any.
    public var multicastInterface = ""
    /// How far a udp multicast goes; nil for the system's choice.
    public var multicastTTL: UInt8?

    /// An endpoint with nothing but defaults besides.
    public init(_ transport: Transport, host: String, port: UInt16) {
        self.transport = transport
        self.host = host
        self.port = port
    }
}

/// An endpoint as its type and bytes.
public struct OpaqueEndpoint: Hashable, Sendable {
    /// The transport's number.
    public var type: Int16
    /// Of its bytes.
    public var encoding: EncodingVersion
    /// The content of its encapsulation.
    public var bytes: [UInt8]

    /// Keeps what was received.
    public init(type: Int16, encoding: EncodingVersion, bytes: [UInt8]) {
        self.type = type
        self.encoding = encoding
        self.bytes = bytes
    }
}
