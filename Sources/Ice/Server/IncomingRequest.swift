package import IceEncoding

/// A request that a servant has to answer.
public struct IncomingRequest: Sendable {
    /// What was called, and how.
    public var current: Current
    /// The parameters: an encapsulation with its six header bytes.
    public var inEncaps: [UInt8]
    /// Whether the client welcomes a compressed reply.
    var compressesReply = false

    /// Makes a request that did not come over a connection, for tests of servants.
    ///
    /// - Parameter inEncaps: an encapsulation with its six header bytes.
    public init(current: Current, inEncaps: [UInt8]) {
        self.current = current
        self.inEncaps = inEncaps
    }
}

extension IncomingRequest {
    /// The bytes that the shortest possible request has, without its id.
    static let minimumSize = 12

    /// Reads request data: everything of a request behind its id.
    ///
    /// - Throws: ``MarshalError``; the peer broke the protocol then.
    package init(
        _ cursor: inout InputCursor, requestId: Int32, adapter: ObjectAdapter?, connection: Connection? = nil
    ) throws(MarshalError) {
        let identity = try Identity(&cursor)
        let facet = try cursor.readFacet()
        let operation = try cursor.readName()
        guard let mode = OperationMode(rawValue: try cursor.read()) else {
            throw MarshalError(.badEnumerator, "a request with an unknown operation mode")
        }
        var context: [String: String] = [:]
        for _ in 0..<(try cursor.readCount(minimumElementSize: 2)) {
            let key = try cursor.readName()
            context[key] = try cursor.readString()
        }
        let start = cursor.offset
        let encoding = try cursor.readEncapsulation().encoding
        inEncaps = Array(cursor.bytes[start..<cursor.offset])
        current = Current(
            adapter: adapter, con: connection, id: identity, facet: facet, operation: operation, mode: mode,
            ctx: context, requestId: requestId, encoding: encoding)
    }
}
