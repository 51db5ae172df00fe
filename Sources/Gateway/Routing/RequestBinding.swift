import IceEncoding
import Slice
import SliceJSON

/// What of a request its arguments come from; borrowed as the request is.
struct ArgumentSources {
    /// As it came, percent-encoded.
    let path: UnsafeRawBufferPointer
    /// As it came, without the `?`.
    let query: UnsafeRawBufferPointer?
    var body: UnsafeRawBufferPointer

    init(_ request: HTTPRequest) {
        path = request.path
        query = request.query
        body = request.body
    }
}

/// How requests of a route become arguments and its results bodies: a ``RouteBinding`` made ready for one operation.
final class RequestBinding: Sendable {
    /// What the body of an answer is.
    enum Answer: Sendable {
        /// The object of all results.
        case object
        case member(OperationPlan.ResultMember, name: String)
        case bytes(OperationPlan.ResultMember, name: String)
    }

    let arguments: ArgumentBinding
    /// The places in the path of the arguments' path variables.
    private let segments: [Int]
    /// Whether a request without a query has nothing but one object of arguments.
    private let isPlain: Bool
    let answer: Answer
    /// Of a twoway call that succeeds.
    let status: Int

    /// - Throws: ``ArgumentBinding/Problem`` when the binding does not suit the operation.
    init(
        _ binding: RouteBinding, method: HTTPRequest.Method, operation: Operation, model: SliceModel,
        plan: OperationPlan
    ) throws(ArgumentBinding.Problem) {
        let isRawInput = operation.inParameters.contains { $0.info.name == binding.rawBodyParameter }
        let body = try Self.body(binding, method, isRawInput: isRawInput)
        // What can't be called at all says so at each call.
        arguments =
            plan.unsupported == nil
            ? try ArgumentBinding(
                operation, model: model, plan: plan, pathVariables: binding.pathVariables.map(\.name),
                fixed: binding.fixedArguments, body: body) : ArgumentBinding(unsupported: plan)
        segments = binding.pathVariables.map(\.segment)
        isPlain = arguments.isPlain(query: nil)
        answer = plan.unsupported == nil ? try Self.answer(binding, plan, operation, isRawInput: isRawInput) : .object
        status = binding.successStatus ?? 200
        if status == 204 || status == 205, operation.result != nil || !operation.outParameters.isEmpty {
            throw ArgumentBinding.Problem(
                "status \(status) has no body, and operation '\(operation.info.name)' has results")
        }
    }

    private static func body(
        _ binding: RouteBinding, _ method: HTTPRequest.Method, isRawInput: Bool
    ) throws(ArgumentBinding.Problem) -> ArgumentBinding.Body {
        let raw = isRawInput ? binding.rawBodyParameter : nil
        if let raw, let whole = binding.bodyParameter {
            throw ArgumentBinding.Problem("the body can't be both '\(whole)' and the bytes of '\(raw)'")
        }
        switch method {
        case .get, .head:
            if let name = raw ?? binding.bodyParameter {
                throw ArgumentBinding.Problem("\(method.token) has no body, which '\(name)' should be")
            }
            return .none
        case _ where raw != nil: return .raw(raw ?? "")
        default:
            if let name = binding.bodyParameter { return .parameter(name) }
            return method == .delete ? .optional : .rest
        }
    }

    private static func answer(
        _ binding: RouteBinding, _ plan: OperationPlan, _ operation: Operation, isRawInput: Bool
    ) throws(ArgumentBinding.Problem) -> Answer {
        func member(_ name: String) throws(ArgumentBinding.Problem) -> OperationPlan.ResultMember {
            guard let member = plan.resultMember(name) else {
                throw ArgumentBinding.Problem("operation '\(operation.info.name)' has no result '\(name)'")
            }
            return member
        }
        if let name = binding.rawBodyParameter, !isRawInput {
            let member = try member(name)
            guard plan.isBytes(member) else {
                throw ArgumentBinding.Problem("raw body '\(name)' is not a sequence<byte>")
            }
            if let other = binding.responseBody, other != name {
                throw ArgumentBinding.Problem("an answer can't be both '\(other)' and the bytes of '\(name)'")
            }
            return .bytes(member, name: name)
        }
        guard let name = binding.responseBody else { return .object }
        return .member(try member(name), name: name)
    }
}

extension RequestBinding {
    // MARK: Requests

    /// Whether the body may be anything, so that its media type says nothing.
    var takesBytes: Bool {
        if case .raw = arguments.body { true } else { false }
    }

    /// Whether answers are `application/octet-stream`.
    var givesBytes: Bool {
        if case .bytes = answer { true } else { false }
    }

    /// Appends the arguments, without an encapsulation header.
    ///
    /// - Throws: ``Refusal``; the buffer is then as it was.
    func encode(
        _ sources: ArgumentSources, encoding: EncodingVersion, into buffer: inout OutputBuffer
    ) throws(Refusal) {
        do throws(JSONError) {
            if isPlain, sources.query?.isEmpty ?? true {
                return try arguments.plan.encodeArguments(sources.body, encoding: encoding, into: &buffer)
            }
        } catch {
            throw .json(error)
        }
        if arguments.body == .none, !sources.body.isEmpty {
            throw Refusal(.badRequest, "this method takes no body; arguments are in the path and the query")
        }
        var path: [String] = []
        for segment in segments {
            path.append(
                try PathSegments.text(
                    of: PathSegments.segment(segment, of: sources.path) ?? sources.path, at: segment))
        }
        do throws(JSONError) {
            try arguments.encode(
                path: path, query: sources.query, body: sources.body, encoding: encoding, into: &buffer)
        } catch {
            throw .json(error)
        }
    }
}

extension RequestBinding {
    // MARK: Answers

    /// The answer to a call whose reply is Ok.
    ///
    /// - Throws: ``MarshalError`` for a reply that can't be read.
    func response(
        _ payload: InputCursor, encoding: EncodingVersion, headers: [(name: String, value: String)]
    ) throws(MarshalError) -> HTTPResponse {
        var body = OutputBuffer(minimumCapacity: 64 + payload.remaining * 2)
        var type = HTTPResponse.ContentType.json
        switch answer {
        case .object: try arguments.plan.decodeResult(payload, encoding: encoding, into: &body)
        case .member(let member, _):
            try arguments.plan.decodeResult(member, payload, encoding: encoding, into: &body)
        case .bytes(let member, _):
            type = .bytes
            try arguments.plan.decodeBytes(member, payload, encoding: encoding, into: &body)
        }
        if status == 204 || status == 205 {
            body.truncate(to: 0)
            type = .none
        }
        return HTTPResponse(status: status, contentType: type, headers: headers, body: body)
    }
}
