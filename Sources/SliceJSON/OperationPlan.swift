package import IceEncoding
package import Slice

/// An operation's parameters, result and exceptions, compiled once: JSON text to Ice bytes and back.
package struct OperationPlan: Sendable {
    /// Why the operation can't be called; nil when it can.
    package let unsupported: String?
    let store: PlanStore
    let inParameters: PlanMembers
    /// In the order of the wire: out-parameters, then the return value.
    let results: PlanMembers
    let hasReturnValue: Bool
    /// Indexes of the exceptions it declares.
    let exceptions: [Int32]
    /// Whether instances are written in the sliced format.
    let isSliced: Bool
    let options: JSONOptions
    let proxies: (any ProxyMapping)?
    let seal: (any SliceSeal)?

    /// Compiles one operation. For all operations of a model, ``PlanLibrary`` shares what they have in common.
    ///
    /// - Parameters:
    ///   - proxies: nil makes operations with proxies unsupported.
    ///   - seal: nil takes slices of unknown types from anybody.
    package static func compile(
        _ operation: Operation, model: SliceModel, options: JSONOptions = JSONOptions(),
        proxies: (any ProxyMapping)? = nil, seal: (any SliceSeal)? = nil
    ) -> OperationPlan {
        var compiler = PlanCompiler(model: model, options: options, carriesProxies: proxies != nil)
        let outline = OperationOutline(operation, model, &compiler)
        return OperationPlan(outline, compiler.finish(), options, proxies, seal)
    }

    init(
        _ outline: OperationOutline, _ store: PlanStore, _ options: JSONOptions, _ proxies: (any ProxyMapping)?,
        _ seal: (any SliceSeal)?
    ) {
        unsupported = outline.unsupported
        self.store = store
        inParameters = outline.inParameters
        results = outline.results
        hasReturnValue = outline.hasReturnValue
        exceptions = outline.exceptions
        isSliced = outline.isSliced
        self.options = options
        self.proxies = proxies
        self.seal = seal
    }
}

extension OperationPlan {
    // MARK: Client side

    /// Whether it has in-parameters that are not optional.
    package var needsArguments: Bool { inParameters.count > inParameters.taggedCount }

    /// Reads a JSON object of the in-parameters and appends their encoding, without an encapsulation header.
    ///
    /// - Parameter json: may be empty when all in-parameters are optional, or there are none.
    /// - Throws: ``JSONError``; the buffer is then as it was.
    package func encodeArguments(
        _ json: UnsafeRawBufferPointer, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(JSONError) {
        // Optional parameters that are unset are no bytes.
        if json.isEmpty, !needsArguments, encoding.isSupported { return }
        try encodeArguments(json, raw: nil, encoding: encoding, into: &out)
    }

    /// The same; one parameter may be bytes that do not stand in the text.
    func encodeArguments(
        _ json: UnsafeRawBufferPointer, raw: RawArgument?, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(JSONError) {
        try encode(json, encoding, isSliced: isSliced, raw: raw, into: &out) { (reader, out) throws(JSONFailure) in
            try reader.readAll(inParameters, into: &out)
        }
    }

    /// Writes the results of an Ok reply as a JSON object: `returnValue` first, then the out-parameters.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeResult(
        _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        try decode(payload, encoding, into: &out) { (writer, input, out) throws(MarshalError) in
            let outCount = results.count - (hasReturnValue ? 1 : 0)
            guard results.isPlain else {
                let returnValue = results.first + outCount..<results.range.upperBound
                return try writer.writeObject(
                    results, [returnValue, results.first..<results.first + outCount], from: &input, into: &out)
            }
            let start = out.count
            try writer.writeMembers(PlanMembers(first: results.first, count: outCount), from: &input, into: &out)
            let middle = out.count
            let returnValue = PlanMembers(first: results.first + outCount, count: results.count - outCount)
            try writer.writeMembers(returnValue, from: &input, into: &out)
            if middle > start, out.count > middle { out.moveToEnd(from: start, to: middle) }
            try input.finish(encoding)
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
            var input = payload
            var writer = try writer(encoding)
            return try writer.writeException(exceptions, from: &input, into: &out)
        } catch {
            out.truncate(to: start)
            throw error
        }
    }
}

extension OperationPlan {
    // MARK: Parts of arguments

    /// Whether a JSON text can be the value of an in-parameter.
    ///
    /// - Throws: ``JSONError`` when it can't, also when there is no such parameter.
    func checkArgument(_ name: String, _ json: String) throws(JSONError) {
        let member = inParameters.range.first { store.tables.name($0).elementsEqual(name.utf8) }
        guard unsupported == nil, let member else { throw JSONError(.unknownMember, message: "no such parameter") }
        let entry = store.tables.members[Int(member)]
        if entry.tag >= 0, json == "null" { return }
        let text = Array(json.utf8)
        var out = OutputBuffer(minimumCapacity: 64)
        try text.withUnsafeBufferPointer { bytes throws(JSONError) in
            try encode(UnsafeRawBufferPointer(bytes), .v1_1, isSliced: isSliced, into: &out) {
                (reader, out) throws(JSONFailure) in
                try reader.reader.begin()
                try reader.read(entry.node, into: &out)
                try reader.reader.finish()
            }
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
            guard inParameters.isPlain else {
                return try writer.writeObject(inParameters, [inParameters.range], from: &input, into: &out)
            }
            try writer.writeMembers(inParameters, from: &input, into: &out)
            try input.finish(encoding)
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
        if json.isEmpty, results.count == 0, encoding.isSupported { return }
        try encode(json, encoding, isSliced: isSliced, into: &out) { (reader, out) throws(JSONFailure) in
            try reader.readAll(results, into: &out)
        }
    }

    /// Reads the JSON of an exception, as ``decodeException(_:encoding:into:)`` writes it, and appends its encoding, without
    /// an encapsulation header. It may be any exception of the model, declared or not.
    ///
    /// - Parameter isSliced: the sliced format, in which Ice 3.8 sends every exception; else that of the operation, as 3.7.
    /// - Throws: ``JSONError``; the buffer is then as it was.
    package func encodeException(
        _ json: UnsafeRawBufferPointer, encoding: EncodingVersion, isSliced: Bool = true, into out: inout OutputBuffer
    ) throws(JSONError) {
        try encode(json, encoding, isSliced: isSliced || self.isSliced, into: &out) {
            (reader, out) throws(JSONFailure) in
            try reader.readException(into: &out)
        }
    }
}

extension OperationPlan {
    // MARK: Both sides

    func writer(_ encoding: EncodingVersion) throws(MarshalError) -> ValueWriter {
        guard encoding.isSupported else {
            throw MarshalError(.unsupportedVersion, "encoding \(encoding) can't be read")
        }
        return ValueWriter(
            store.tables, isV10: encoding == .v1_0, proxies: proxies, seal: seal,
            maximumGraphDepth: options.graphDepth)
    }

    /// Makes an object of the members that the closure writes; takes everything back when it throws.
    private func decode(
        _ payload: InputCursor, _ encoding: EncodingVersion, into out: inout OutputBuffer,
        _ writeMembers: (inout ValueWriter, inout InputCursor, inout OutputBuffer) throws(MarshalError) -> Void
    ) throws(MarshalError) {
        let start = out.count
        do throws(MarshalError) {
            var writer = try writer(encoding)
            var input = payload
            try writeMembers(&writer, &input, &out)
            if out.count > start {
                out.patch(UInt8(ascii: "{"), at: start)
            } else {
                out.append(UInt8(ascii: "{"))
            }
            out.append(UInt8(ascii: "}"))
        } catch {
            out.truncate(to: start)
            throw error
        }
    }

    private func encode(
        _ json: UnsafeRawBufferPointer, _ encoding: EncodingVersion, isSliced: Bool, raw: RawArgument? = nil,
        into out: inout OutputBuffer,
        _ read: (inout ValueReader, inout OutputBuffer) throws(JSONFailure) -> Void
    ) throws(JSONError) {
        guard encoding.isSupported else {
            throw JSONError(.unsupported, message: "encoding \(encoding) can't be written")
        }
        guard let base = json.baseAddress?.assumingMemoryBound(to: UInt8.self), json.count > 0 else {
            throw JSONError(.malformed, message: "the body is empty; a JSON object is needed")
        }
        guard json.count < Int(Int32.max) else { throw JSONError(.tooLarge, message: "the text is 2 GiB or longer") }
        let start = out.count
        var reader = ValueReader(
            store.tables, JSONReader(base, count: json.count, maximumDepth: options.depth), isV10: encoding == .v1_0,
            isSliced: isSliced, proxies: proxies, seal: seal, options: options)
        reader.raw = raw
        do throws(JSONFailure) {
            try read(&reader, &out)
        } catch {
            out.truncate(to: start)
            throw FailureReport(store.tables, json, options, refusal: reader.refusal).explain(error)
        }
    }
}
