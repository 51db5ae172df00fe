import Ice
import IceEncoding
import SliceJSON

/// From what the runtime reports to the error table: replies that are not Ok, local exceptions, JSON faults.
struct FailureMapping: Sendable {
    var exposeServerText: Bool
    /// HTTP statuses of user exceptions by type ID.
    var exceptionStatuses: [String: Int]

    // MARK: Requests

    func problem(_ error: JSONError) -> Problem {
        let code: ErrorCode =
            switch error.code {
            case .malformed where error.source == .parameter: .badRequest
            case .malformed: .malformedJSON
            case .wrongType: .wrongType
            case .outOfRange: .outOfRange
            case .unknownMember: .unknownMember
            case .missingMember: .missingMember
            case .duplicateMember: .duplicateMember
            case .unknownEnumerator, .badKey, .badBase64, .badType, .badReference, .badSlices, .notInEncoding:
                .invalidValue
            case .refusedProxy: .proxyNotAllowed
            case .badString: .invalidString
            case .tooDeep: .tooDeep
            case .tooLarge: .requestTooLarge
            case .unsupported: .unsupportedOperation
            }
        var problem = Problem(code, "\(error)")
        switch error.code {
        case .malformed, .unsupported: break
        case _ where error.source == .parameter: break
        default: problem.pointer = error.pointer
        }
        return problem
    }

    // MARK: Replies

    /// A reply whose status is not Ok. The body is what follows the status byte.
    func problem(status: ReplyStatus, body: UnsafeRawBufferPointer, route: Route) -> Problem {
        do throws(MarshalError) {
            var cursor = InputCursor(body)
            switch status {
            case .userException:
                return try userException(&cursor, route: route)
            case .objectNotExist, .facetNotExist, .operationNotExist:
                return try notExist(status, &cursor)
            default:
                return unknown(status, text: try cursor.readString())
            }
        } catch {
            var problem = Problem(.badReply, "the reply could not be read: \(error)")
            // Only a servant raises an exception or fails; the others may come from before it.
            if ![.userException, .unknownLocalException, .unknownUserException, .unknownException].contains(status) {
                problem.dispatched = .maybe
            }
            return problem
        }
    }

    private func userException(_ cursor: inout InputCursor, route: Route) throws(MarshalError) -> Problem {
        let (encoding, payload) = try cursor.readEncapsulation()
        var members = OutputBuffer(minimumCapacity: 256)
        switch try route.plan.decodeException(payload, encoding: encoding, into: &members) {
        case .declared(let typeID, let ancestors):
            var problem = Problem(.userException, "the operation raised \(typeID)")
            problem.exception = Array(members.bytes)
            // The nearest type that has a status of its own decides.
            if let status = ([typeID] + ancestors).lazy.compactMap({ exceptionStatuses[$0] }).first {
                problem.status = status
            }
            return problem
        case .unknown(let typeID), .undeclared(let typeID):
            let name = exposeServerText ? " '\(typeID)'" : ""
            return Problem(.unknownUserException, "the operation raised a user exception\(name) it does not declare")
        }
    }

    private func notExist(_ status: ReplyStatus, _ cursor: inout InputCursor) throws(MarshalError) -> Problem {
        let name = try cursor.readString()
        let category = try cursor.readString()
        let facets = try cursor.readCount(minimumElementSize: 1)
        var facet = ""
        for _ in 0..<facets { facet = try cursor.readString() }
        let operation = try cursor.readString()
        let identity = Identity(name: name, category: category).description
        var problem: Problem
        switch status {
        case .objectNotExist: problem = Problem(.objectNotExist, "the server has no object '\(identity)'")
        case .facetNotExist: problem = Problem(.facetNotExist, "the object '\(identity)' has no facet '\(facet)'")
        default: problem = Problem(.operationNotExist, "the object '\(identity)' has no operation '\(operation)'")
        }
        problem.identity = identity
        problem.replyStatus = Int(status.rawValue)
        problem.iceException = LocalException(replyStatus: status).iceId
        if !facet.isEmpty { problem.facet = facet }
        problem.operation = operation
        return problem
    }

    /// The text of a server's unknown exception may tell of its inside; it is withheld unless asked for.
    private func unknown(_ status: ReplyStatus, text: String) -> Problem {
        let code: ErrorCode =
            switch status {
            case .unknownLocalException: .unknownLocalException
            case .unknownUserException: .unknownUserException
            case .unknownException: .unknownException
            case .invalidData: .invalidData
            case .unauthorized: .unauthorized
            case .notSupported: .notSupported
            default: .dispatchFailed
            }
        var detail = "the dispatch failed with reply status \(status.rawValue)"
        if !text.isEmpty {
            detail = exposeServerText ? text : "\(detail); 'errors.expose_server_text' would show the server's text"
        }
        var problem = Problem(code, detail)
        problem.replyStatus = Int(status.rawValue)
        problem.iceException = LocalException(replyStatus: status).iceId
        return problem
    }

    // MARK: Local exceptions

    /// - Parameter wasSent: false only when the server provably can't have executed the request.
    func problem(_ exception: LocalException, wasSent: Bool) -> Problem {
        var problem = Problem(code(of: exception, wasSent: wasSent), exception.message)
        problem.iceException = exception.iceId
        return problem
    }

    private func code(of exception: LocalException, wasSent: Bool) -> ErrorCode {
        switch exception.code {
        case .invocationTimeout: wasSent ? .invocationTimeout : .invocationTimeoutUnsent
        case .invocationCanceled: .invocationCancelled
        case .connectionLost: wasSent ? .connectionLost : .connectionLostUnsent
        case .connectionAborted, .connectionClosed: wasSent ? .connectionAborted : .connectionClosed
        case .protocolError, .marshal: wasSent ? .protocolError : .protocolErrorUnsent
        case .communicatorDestroyed: wasSent ? .connectionAborted : .shuttingDown
        case _ where wasSent: .invocationFailed
        case .noEndpoint: .noEndpoint
        case .notRegistered: .notRegistered
        case .dns: .dnsFailure
        case .connectFailed, .security: .connectFailed
        case .connectionRefused: .connectionRefused
        case .connectTimeout: .connectTimeout
        case .closeConnection: .connectionClosed
        case .twowayOnly: .twowayOnly
        case .datagramLimit: .requestTooLarge
        default: .invocationFailedUnsent
        }
    }
}
