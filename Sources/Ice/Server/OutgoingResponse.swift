public import IceEncoding

/// What a dispatch answers.
public struct OutgoingResponse: Sendable {
    /// How the dispatch ended.
    public var replyStatus: ReplyStatus
    /// The type id of the exception, when there is one and it is known.
    public var exceptionId: String?
    /// What went wrong, for logs.
    public var exceptionDetails: String?
    /// What follows the status byte.
    let body: [UInt8]

    /// A result, or a user exception.
    ///
    /// - Parameters:
    ///   - ok: false when the encapsulation holds a user exception.
    ///   - outEncaps: an encapsulation with its six header bytes, in the encoding of the request.
    public init(ok: Bool = true, outEncaps: [UInt8]) {
        replyStatus = ok ? .ok : .userException
        body = outEncaps
    }

    /// The answer of an operation without results.
    ///
    /// - Parameter encoding: that of the request.
    public init(emptyFor encoding: EncodingVersion) {
        self.init(outEncaps: [6, 0, 0, 0, encoding.major, encoding.minor])
    }

    /// The answer for what a servant threw. A ``UserException`` is sent. A ``LocalException`` with a reply status keeps it; of the three
    /// `…NotExist` ones what is empty is filled in from the request. Other exceptions of Ice are reported as
    /// `UnknownLocalException`, everything else as `UnknownException`.
    public init(_ error: any Error, for current: Current) {
        var error = error
        if let exception = error as? UserException {
            do throws(MarshalError) {
                try self.init(exception, for: current)
                return
            } catch let failure {
                error = failure
            }
        }
        guard let exception = error as? LocalException else {
            self.init(
                status: (error is MarshalError) ? .unknownLocalException : .unknownException,
                message: "dispatch failed with \(error is MarshalError ? "::Ice::MarshalException: " : "")\(error)")
            return
        }
        switch exception.replyStatus {
        case .objectNotExist?, .facetNotExist?, .operationNotExist?:
            var target =
                exception.target
                ?? LocalException.Target(identity: Identity(name: ""), facet: "", operation: "")
            if target.identity.name.isEmpty {
                target.identity = current.id
                target.facet = current.facet
            }
            if target.operation.isEmpty { target.operation = current.operation }
            self.init(failure: exception.replyStatus ?? .objectNotExist, target: target)
        case let status?:
            self.init(status: status, message: exception.message)
        case nil:
            self.init(status: .unknownLocalException, message: "dispatch failed with \(exception)")
        }
        exceptionId = exception.iceId
    }

    /// - Parameter status: one of the three whose reply names the target.
    init(failure status: ReplyStatus, target: LocalException.Target) {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.append(target.identity)
        buffer.appendFacet(target.facet)
        buffer.appendString(target.operation)
        replyStatus = status
        body = Array(buffer.bytes)
    }

    /// - Parameter status: one whose reply is a text.
    init(status: ReplyStatus, message: String) {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.appendString(message)
        replyStatus = status
        exceptionDetails = message
        body = Array(buffer.bytes)
    }
}
