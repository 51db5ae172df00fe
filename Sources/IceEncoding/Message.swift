/// The 14-byte header of every message. Ice protocol 1.0.
///
/// `IceP`, protocol version 1.0, encoding version 1.0, type, compression status, size (little endian, header included).
public struct MessageHeader: Hashable, Sendable {
    /// The message types, by their number on the wire.
    public enum Kind: UInt8, Sendable {
        case request = 0, batchRequest, reply, validateConnection, closeConnection
    }

    /// In bytes.
    public static let size = 14

    /// The message type.
    public var kind: Kind
    /// 0 not compressed, 1 not compressed but a compressed reply is welcome, 2 compressed; others count as 1.
    public var compression: UInt8
    /// Of the whole message, these 14 bytes included.
    public var messageSize: Int

    /// Makes a header; nothing is checked.
    public init(kind: Kind, compression: UInt8 = 0, messageSize: Int) {
        self.kind = kind
        self.compression = compression
        self.messageSize = messageSize
    }
}

extension MessageHeader {
    /// Reads and checks a header.
    ///
    /// - Parameter maximumSize: the largest message accepted, in bytes (`Ice.MessageSizeMax`).
    /// - Throws: ``MarshalError`` `.truncated` with fewer than 14 bytes, else `.badHeader`.
    @inlinable
    public init(_ cursor: inout InputCursor, maximumSize: Int) throws(MarshalError) {
        let magic = try cursor.read(UInt32.self)
        guard magic == 0x5065_6349 else { throw MarshalError(.badHeader, "not an Ice message: bad magic") }
        let versions = try cursor.read(UInt32.self)
        guard versions == 0x0001_0001 else { throw MarshalError(.badHeader, "not Ice protocol 1.0 with encoding 1.0") }
        let type = try cursor.read(UInt8.self)
        guard let kind = Kind(rawValue: type) else { throw MarshalError(.badHeader, "unknown message type \(type)") }
        let compression = try cursor.read(UInt8.self)
        let size = Int(try cursor.read(Int32.self))
        guard size >= Self.size, size <= maximumSize else {
            throw MarshalError(.badHeader, "message of \(size) bytes, outside \(Self.size)...\(maximumSize)")
        }
        self.init(kind: kind, compression: compression, messageSize: size)
    }
}

extension OutputBuffer {
    /// Writes a header whose size ``endMessage(_:)`` fills in; returns its offset.
    @inlinable
    public mutating func beginMessage(_ kind: MessageHeader.Kind, compression: UInt8 = 0) -> Int {
        let start = count
        append(0x5065_6349 as UInt32)
        append(0x0001_0001 as UInt32)
        append(kind.rawValue)
        append(compression)
        append(Int32(MessageHeader.size))
        return start
    }

    /// Fills in the size of the message begun at `start`.
    @inlinable
    public mutating func endMessage(_ start: Int) {
        patch(Int32(truncatingIfNeeded: count - start), at: start + 10)
    }
}

/// How an operation may be repeated; the mode byte of a request.
public enum OperationMode: UInt8, Sendable {
    case normal = 0, nonmutating, idempotent
}

/// The status byte of a reply. 8 and above came with Ice 3.8; values without a name are the application's.
public struct ReplyStatus: RawRepresentable, Hashable, Sendable {
    /// The byte on the wire.
    public var rawValue: UInt8

    /// Any byte is a status.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The results follow in an encapsulation.
    public static let ok = ReplyStatus(rawValue: 0)
    /// A user exception follows in an encapsulation.
    public static let userException = ReplyStatus(rawValue: 1)
    /// There is no such object.
    public static let objectNotExist = ReplyStatus(rawValue: 2)
    /// The object has no such facet.
    public static let facetNotExist = ReplyStatus(rawValue: 3)
    /// The object has no such operation.
    public static let operationNotExist = ReplyStatus(rawValue: 4)
    /// An exception of Ice that has no status of its own.
    public static let unknownLocalException = ReplyStatus(rawValue: 5)
    /// A user exception that the operation does not declare.
    public static let unknownUserException = ReplyStatus(rawValue: 6)
    /// Any other error in the servant.
    public static let unknownException = ReplyStatus(rawValue: 7)
    /// The parameters could not be read (3.8).
    public static let invalidData = ReplyStatus(rawValue: 8)
    /// The caller may not (3.8).
    public static let unauthorized = ReplyStatus(rawValue: 9)
    /// The server does not do this (3.8).
    public static let notSupported = ReplyStatus(rawValue: 10)
}

extension ReplyStatus: CustomStringConvertible {
    /// Its name, as `ok` or `objectNotExist`; the number of one without a name.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .userException: "userException"
        case .objectNotExist: "objectNotExist"
        case .facetNotExist: "facetNotExist"
        case .operationNotExist: "operationNotExist"
        case .unknownLocalException: "unknownLocalException"
        case .unknownUserException: "unknownUserException"
        case .unknownException: "unknownException"
        case .invalidData: "invalidData"
        case .unauthorized: "unauthorized"
        case .notSupported: "notSupported"
        default: "\(rawValue)"
        }
    }
}
