import Ice
import OpenAPI
import Slice
import SliceJSON

/// An operation and its plan: JSON to encapsulations and back, for both sides.
struct MockedOperation: Sendable {
    var operation: Operation
    var plan: OperationPlan

    /// How clients call it.
    var mode: OperationMode { operation.isIdempotent ? .idempotent : .normal }

    /// Whether a result has anything in it.
    var hasResults: Bool { operation.result != nil || !operation.outParameters.isEmpty }

    /// The exceptions it declares.
    func declares(_ typeID: String, in model: SliceModel) -> Bool {
        var next: ScopedName? = ScopedName(typeID)
        while let name = next {
            if operation.exceptions.contains(name) { return true }
            next = model.exceptions[name]?.base
        }
        return false
    }
}

extension MockedOperation {
    // MARK: Encoding

    /// Which part of a call a JSON value is.
    enum Part {
        case arguments, result, exception
    }

    /// An encapsulation of what the JSON says.
    ///
    /// - Throws: ``JSONError``.
    func encapsulation(_ part: Part, _ json: JSONValue, _ encoding: EncodingVersion) throws(JSONError) -> [UInt8] {
        if let reason = plan.unsupported { throw JSONError(.unsupported, message: reason) }
        var text = OutputBuffer()
        json.write(into: &text)
        var out = OutputBuffer(minimumCapacity: text.count + 64)
        let start = out.beginEncapsulation(encoding)
        switch part {
        case .arguments: try plan.encodeArguments(text.bytes, encoding: encoding, into: &out)
        case .result: try plan.encodeResult(text.bytes, encoding: encoding, into: &out)
        case .exception: try plan.encodeException(text.bytes, encoding: encoding, into: &out)
        }
        out.endEncapsulation(start)
        return Array(out.bytes)
    }

    /// The in-parameters of a request, or the results of a reply.
    ///
    /// - Throws: ``MarshalError``; ``LocalException`` `.featureNotSupported` for an operation without a plan.
    func json(_ part: Part, of encapsulation: [UInt8]) throws -> JSONValue {
        if let reason = plan.unsupported { throw LocalException(.featureNotSupported, reason) }
        return try encapsulation.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            let (encoding, payload) = try cursor.readEncapsulation()
            var out = OutputBuffer()
            switch part {
            case .arguments: try plan.decodeArguments(payload, encoding: encoding, into: &out)
            case .result: try plan.decodeResult(payload, encoding: encoding, into: &out)
            case .exception:
                switch try plan.decodeException(payload, encoding: encoding, into: &out) {
                case .declared: break
                case .undeclared(let typeID), .unknown(let typeID): throw LocalException(.unknownUser, typeID)
                }
            }
            return JSONValue(try JSONTree(parsing: Array(out.bytes), depth: 512))
        }
    }
}

extension MockedOperation {
    // MARK: Examples

    /// A result as the examples of the OpenAPI document have it; nil when that would be too large.
    func exampleResult(in model: SliceModel) -> JSONValue? {
        OperationExample.result(of: operation, in: model).flatMap { try? JSONValue(parsing: $0) }
    }

    /// Such parameters.
    func exampleArguments(in model: SliceModel) -> JSONValue? {
        OperationExample.arguments(of: operation, in: model).flatMap { try? JSONValue(parsing: $0) }
    }
}
