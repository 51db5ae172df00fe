public import IceEncoding

/// What is known about a request that is being dispatched.
public struct Current: Sendable {
    /// The adapter that got the request.
    public let adapter: ObjectAdapter?
    /// The connection that the request came over; nil for a collocated call.
    public let con: Connection?
    /// The identity that was called.
    public let id: Identity
    /// The facet that was called; empty for the default one.
    public let facet: String
    /// The operation that was called.
    public let operation: String
    /// How the operation may be repeated, as the client sees it.
    public let mode: OperationMode
    /// The request context.
    public let ctx: [String: String]
    /// 0 for a request that nobody wants an answer to.
    public let requestId: Int32
    /// The encoding of the parameters, which the results must have too.
    public let encoding: EncodingVersion

    /// Makes the current of a request that did not come over a connection, for tests of servants.
    public init(
        adapter: ObjectAdapter? = nil, con: Connection? = nil, id: Identity, facet: String = "", operation: String,
        mode: OperationMode = .normal, ctx: [String: String] = [:], requestId: Int32 = 0,
        encoding: EncodingVersion = .v1_1
    ) {
        self.adapter = adapter
        self.con = con
        self.id = id
        self.facet = facet
        self.operation = operation
        self.mode = mode
        self.ctx = ctx
        self.requestId = requestId
        self.encoding = encoding
    }
}
