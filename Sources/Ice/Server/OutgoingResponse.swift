public import IceEncoding

/// What a dispatch answers.
public struct OutgoingResponse: Sendable {
    /// How the dispatch ended.
    public let replyStatus: ReplyStatus
    /// The type id of an exception of Ice, or the name of another error's type; nil for results and user exceptions.
    public let exceptionId: String?
    /// What went wrong, for logs; nil for results and user exceptions.
    public let exceptionDetails: String?
    /// What follows the status on the wire: an encapsulation with results or a user exception, the target of the request
    /// for the three `…NotExist`, a string for every other status.
    public let payload: [UInt8]

    /// A response of any status. ``init(_:for:)`` makes those for errors.
    ///
    /// - Parameters:
    ///   - replyStatus: any.
    ///   - exceptionId: of an exception that is no user exception.
    ///   - exceptionDetails: for logs.
    ///   - payload: what the status says, see ``payload``.
    public init(
        replyStatus: ReplyStatus, exceptionId: String? = nil, exceptionDetails: String? = nil, payload: [UInt8]
    ) {
        self.replyStatus = replyStatus
        self.exceptionId = exceptionId
        self.exceptionDetails = exceptionDetails
        self.payload = payload
    }

    /// A result, or a user exception.
    ///
    /// - Parameters:
    ///   - ok: false when the encapsulation holds a user exception.
    ///   - outEncaps: an encapsulation with its six header bytes, in the encoding of the request.
    public init(ok: Bool = true, outEncaps: [UInt8]) {
        self.init(replyStatus: ok ? .ok : .userException, payload: outEncaps)
    }

    /// The answer of an operation without results.
    ///
    /// - Parameter encoding: that of the request.
    public init(emptyFor encoding: EncodingVersion) {
        self.init(outEncaps: [6, 0, 0, 0, encoding.major, encoding.minor])
    }
}
