package import IceEncoding
package import Slice

/// An operation's parameters, result and exceptions, compiled once: JSON text to Ice bytes and back.
package struct OperationPlan: Sendable {
    /// Why the operation can't be called; nil when it can.
    package let unsupported: String?
    private let store: PlanStore
    private let inParameters: PlanMembers
    /// In the order of the wire: out-parameters, then the return value.
    private let results: PlanMembers
    private let hasReturnValue: Bool
    private let exceptions: ExceptionPlans
    private let options: JSONOptions

    package static func compile(
        _ operation: Operation, model: SliceModel, options: JSONOptions = JSONOptions()
    ) -> OperationPlan {
        OperationPlan(operation, model, options)
    }

    private init(_ operation: Operation, _ model: SliceModel, _ options: JSONOptions) {
        var compiler = PlanCompiler(model: model, options: options)
        var reason: String?
        func members(_ what: String, _ sources: [PlanCompiler.Source], tag: Bool) -> PlanMembers {
            guard !tag else {
                reason = reason ?? "\(what) is optional"
                return PlanMembers()
            }
            do throws(PlanCompiler.Unsupported) {
                return try compiler.memberList(sources)
            } catch {
                reason = reason ?? "\(what) \(error.reason)"
                return PlanMembers()
            }
        }
        func parameters(_ kind: String, _ list: [Parameter]) -> PlanMembers {
            // One by one for the reason, then together for the plan.
            for parameter in list {
                _ = members(
                    "\(kind) '\(parameter.info.name)'", [PlanCompiler.Source(parameter)], tag: parameter.tag != nil)
            }
            return reason == nil ? members(kind, list.map { PlanCompiler.Source($0) }, tag: false) : PlanMembers()
        }
        inParameters = parameters("parameter", operation.inParameters)
        _ = parameters("out-parameter", operation.outParameters)
        hasReturnValue = operation.result != nil
        var resultSources = operation.outParameters.map { PlanCompiler.Source($0) }
        if let result = operation.result {
            if resultSources.contains(where: { $0.name == "returnValue" }) {
                reason = reason ?? "out-parameter 'returnValue' has the name of the result"
            }
            resultSources.append(
                PlanCompiler.Source(name: "returnValue", type: result.type, metadata: operation.info.metadata))
            _ = members("result", Array(resultSources.suffix(1)), tag: result.tag != nil)
        }
        results = reason == nil ? members("result", resultSources, tag: false) : PlanMembers()
        exceptions = ExceptionPlans(operation, model, &compiler)
        reason = reason ?? exceptions.unsupported
        unsupported = reason.map { "operation '\(operation.info.name)' can't be called yet: \($0)" }
        store = compiler.finish()
        self.options = options
    }
}

extension OperationPlan {
    // MARK: Client side

    /// Reads a JSON object of the in-parameters and appends their encoding, without an encapsulation header.
    ///
    /// - Parameter json: may be empty when there are no in-parameters.
    /// - Throws: ``JSONError``; the buffer is then as it was.
    package func encodeArguments(
        _ json: UnsafeRawBufferPointer, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(JSONError) {
        try encode(inParameters, json, encoding, into: &out)
    }

    /// Writes the results of an Ok reply as a JSON object: `returnValue` first, then the out-parameters.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeResult(
        _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        try decode(payload, encoding, into: &out) { (writer, input, out) throws(MarshalError) in
            let start = out.count
            let outParameters = PlanMembers(first: results.first, count: results.count - (hasReturnValue ? 1 : 0))
            let returnValue = PlanMembers(
                first: results.first + outParameters.count, count: results.count - outParameters.count)
            try writer.writeMembers(outParameters, from: &input, into: &out)
            let middle = out.count
            try writer.writeMembers(returnValue, from: &input, into: &out)
            if middle > start, out.count > middle { out.moveToEnd(from: start, to: middle) }
        }
    }

    /// Reads a user exception and writes its JSON: `{"@type":…,` all members, bases first `}`.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeException(
        _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) -> ExceptionOutcome {
        let start = out.count
        do throws(MarshalError) {
            guard encoding.isSupported else {
                throw MarshalError(.unsupportedVersion, "encoding \(encoding) can't be read")
            }
            return try exceptions.decode(payload, encoding: encoding, tables: store.tables, into: &out)
        } catch {
            out.truncate(to: start)
            throw error
        }
    }

    /// Makes an object of the members that the closure writes; takes everything back when it throws.
    private func decode(
        _ payload: InputCursor, _ encoding: EncodingVersion, into out: inout OutputBuffer,
        _ writeMembers: (ValueWriter, inout InputCursor, inout OutputBuffer) throws(MarshalError) -> Void
    ) throws(MarshalError) {
        let start = out.count
        do throws(MarshalError) {
            guard encoding.isSupported else {
                throw MarshalError(.unsupportedVersion, "encoding \(encoding) can't be read")
            }
            var input = payload
            try writeMembers(ValueWriter(store.tables, isV10: encoding == .v1_0), &input, &out)
            try input.finish(encoding)
            finishObject(from: start, &out)
        } catch {
            out.truncate(to: start)
            throw error
        }
    }

    private func finishObject(from start: Int, _ out: inout OutputBuffer) {
        if out.count > start {
            out.patch(UInt8(ascii: "{"), at: start)
        } else {
            out.append(UInt8(ascii: "{"))
        }
        out.append(UInt8(ascii: "}"))
    }

    private func encode(
        _ members: PlanMembers, _ json: UnsafeRawBufferPointer, _ encoding: EncodingVersion,
        into out: inout OutputBuffer
    ) throws(JSONError) {
        guard encoding.isSupported else {
            throw JSONError(.unsupported, message: "encoding \(encoding) can't be written")
        }
        if json.isEmpty, members.count == 0 { return }
        guard let base = json.baseAddress?.assumingMemoryBound(to: UInt8.self), json.count > 0 else {
            throw JSONError(.malformed, message: "the body is empty; a JSON object is needed")
        }
        guard json.count < Int(Int32.max) else { throw JSONError(.tooLarge, message: "the text is 2 GiB or longer") }
        let start = out.count
        var reader = ValueReader(
            store.tables, JSONReader(base, count: json.count, maximumDepth: options.depth), isV10: encoding == .v1_0,
            ignoresUnknown: options.unknownMembers == .ignore)
        do throws(JSONFailure) {
            try reader.readAll(members, into: &out)
        } catch {
            out.truncate(to: start)
            throw FailureReport(store.tables, json).explain(error, maximumDepth: options.depth)
        }
    }
}

extension OperationPlan {
    // MARK: Servant side

    /// Writes the in-parameters of a request as the JSON object that ``encodeArguments(_:encoding:into:)`` reads.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeArguments(
        _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        try decode(payload, encoding, into: &out) { (writer, input, out) throws(MarshalError) in
            try writer.writeMembers(inParameters, from: &input, into: &out)
        }
    }

    /// Reads the JSON object that ``decodeResult(_:encoding:into:)`` writes and appends its encoding, without an
    /// encapsulation header.
    ///
    /// - Parameter json: may be empty when there are no results.
    /// - Throws: ``JSONError``; the buffer is then as it was.
    package func encodeResult(
        _ json: UnsafeRawBufferPointer, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(JSONError) {
        try encode(results, json, encoding, into: &out)
    }
}
