import IceEncoding

extension OutgoingResponse {
    /// The answer for what a servant or middleware threw:
    ///
    /// | thrown | status | what the client is told |
    /// | --- | --- | --- |
    /// | ``UserException``, declared or not | 1 | the exception, in the sliced format |
    /// | ``LocalException`` `.objectNotExist`, `.facetNotExist`, `.operationNotExist` | 2, 3, 4 | its target; what is empty there comes from the request |
    /// | `.unknownLocal`, `.unknownUser`, `.unknown` | 5, 6, 7 | its message |
    /// | with a ``LocalException/replyStatus`` of its own | that | its message |
    /// | any other, and ``MarshalError`` | 5 | `dispatch failed with`, its type id and message |
    /// | anything else | 7 | `dispatch failed with`, its type and description |
    ///
    /// So what an invocation within the dispatch threw is passed on: a status with its text or target as it came, a failure
    /// of this side as status 5.
    public init(_ error: any Error, for current: Current) {
        switch error {
        case let exception as UserException:
            do throws(MarshalError) {
                try self.init(exception, for: current)
            } catch {
                self.init(LocalException(error), for: current)
            }
        case let exception as LocalException: self.init(exception, for: current)
        case let error as MarshalError: self.init(LocalException(error), for: current)
        default:
            let type = "\(type(of: error))"
            self.init(
                .unknownException, message: "dispatch failed with \(type): \(error)", exceptionId: type,
                details: "\(error)")
        }
    }

    private init(_ exception: LocalException, for current: Current) {
        switch exception.dispatchStatus {
        case let status? where status.namesTarget:
            self.init(status, target: exception.target(of: current), details: "\(exception)")
        case let status?:
            self.init(status, message: exception.message, exceptionId: exception.iceId, details: "\(exception)")
        case nil:
            self.init(
                .unknownLocalException, message: "dispatch failed with \(exception)", exceptionId: exception.iceId,
                details: "\(exception)")
        }
    }

    /// - Parameter status: one of the three whose reply names the target.
    init(_ status: ReplyStatus, target: LocalException.Target, details: String? = nil) {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.append(target.identity)
        buffer.appendFacet(target.facet)
        buffer.appendString(target.operation)
        self.init(
            replyStatus: status, exceptionId: "::Ice::\(LocalException.Code(status: status))Exception",
            exceptionDetails: details, payload: Array(buffer.bytes))
    }

    /// - Parameter status: one whose reply is a text.
    private init(_ status: ReplyStatus, message: String, exceptionId: String, details: String) {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.appendString(message)
        self.init(
            replyStatus: status, exceptionId: exceptionId, exceptionDetails: details, payload: Array(buffer.bytes))
    }
}

extension ReplyStatus {
    /// Whether such a reply says what was called instead of a text.
    var namesTarget: Bool { (Self.objectNotExist.rawValue...Self.operationNotExist.rawValue).contains(rawValue) }
}

extension LocalException {
    /// What a client is told; nil for `UnknownLocalException`. An exception can be no result and no user exception.
    fileprivate var dispatchStatus: ReplyStatus? {
        guard let replyStatus, replyStatus != .ok, replyStatus != .userException else { return nil }
        return replyStatus
    }

    /// As Ice fills in what is empty: identity and facet together.
    fileprivate func target(of current: Current) -> Target {
        var target = self.target ?? Target(identity: Identity(name: ""), facet: "", operation: "")
        if target.identity.name.isEmpty {
            target.identity = current.id
            target.facet = current.facet
        }
        if target.operation.isEmpty { target.operation = current.operation }
        return target
    }

    /// What a dispatch throws to be answered with a status of its choice: `DispatchException` of Ice, and what stands for the
    /// statuses that have exceptions of their own.
    ///
    /// ```swift
    /// guard current.ctx["token"] == token else { throw LocalException(replyStatus: .unauthorized, "no token") }
    /// ```
    ///
    /// - Parameters:
    ///   - replyStatus: 2 to 255; from 11 on as client and server agree. 0 and 1 are no exceptions, and come to
    ///     `UnknownException`. Clients older than Ice 3.8 know none above 7: they throw `UnknownReplyStatusException`.
    ///   - message: what the client is told.
    public init(replyStatus: ReplyStatus, _ message: String = "") {
        let isException = replyStatus != .ok && replyStatus != .userException
        let status = isException ? replyStatus : .unknownException
        let isSilent = message.isEmpty && !status.namesTarget
        self.init(
            Code(status: status),
            isSilent ? "the dispatch failed with reply status \(status.rawValue)" : message)
        self.replyStatus = status
    }
}
