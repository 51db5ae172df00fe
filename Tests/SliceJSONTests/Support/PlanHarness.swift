import IceEncoding
import Slice
import SliceJSON
import Testing

/// Compiles Slice text; fails the test with the diagnostics when it is not right.
func compile(_ slice: String) throws -> SliceModel {
    let compilation = SliceCompiler.compile(source: slice)
    return try #require(compilation.model, "\(compilation.diagnostics.map { "\($0.location): \($0.message)" })")
}

extension SliceModel {
    /// The operation of that name, of whatever interface.
    func operation(_ name: String) throws -> Operation {
        let all = interfaces.keys.sorted().flatMap { interfaces[$0]?.operations ?? [] }
        return try #require(all.first { $0.info.name == name }, "no operation \(name)")
    }
}

/// Foundation has an `Operation` too.
typealias SliceOperation = Operation

extension Operation {
    /// The same with its in-parameters as out-parameters: what encodes is what decodes.
    var mirrored: Operation {
        var mirror = self
        mirror.result = nil
        mirror.inParameters = []
        mirror.outParameters = inParameters
        return mirror
    }
}

/// Plans for a type and both directions: `{"v":…}` to bytes and back.
struct TypeHarness {
    let encoder: OperationPlan
    let decoder: OperationPlan

    init(
        _ operation: Operation, _ model: SliceModel, options: JSONOptions = JSONOptions(),
        seal: (any SliceSeal)? = nil
    ) {
        func plan(_ operation: SliceOperation) -> OperationPlan {
            OperationPlan.compile(operation, model: model, options: options, proxies: PlainProxies(), seal: seal)
        }
        encoder = plan(operation)
        decoder = plan(operation.mirrored)
    }

    /// - Parameter type: as written in Slice, in a module that has these definitions.
    init(_ type: String, definitions: String = "", options: JSONOptions = JSONOptions()) throws {
        let model = try compile("module M { \(definitions) interface Test { void f(\(type) v); } }")
        self.init(try model.operation("f"), model, options: options)
        try #require(encoder.unsupported == nil)
        try #require(decoder.unsupported == nil)
    }

    func encode(_ json: String, _ encoding: EncodingVersion = .v1_1) throws(JSONError) -> [UInt8] {
        try encoder.encode(Array(json.utf8), encoding)
    }

    func decode(_ payload: [UInt8], _ encoding: EncodingVersion = .v1_1) throws(MarshalError) -> String {
        try decoder.decode(payload, encoding)
    }

    /// The bytes of a value, given as JSON, as the only parameter.
    func encode(value: String, _ encoding: EncodingVersion = .v1_1) throws(JSONError) -> [UInt8] {
        try encode("{\"v\":\(value)}", encoding)
    }

    /// The JSON of a value, which is the only parameter.
    func decode(value payload: [UInt8], _ encoding: EncodingVersion = .v1_1) throws(MarshalError) -> String {
        let object = try decode(payload, encoding)
        #expect(object.hasPrefix("{\"v\":") && object.hasSuffix("}"))
        return String(object.dropFirst(5).dropLast())
    }

    /// The error a value makes; the test fails when there is none.
    func error(
        _ value: String, _ encoding: EncodingVersion = .v1_1, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> JSONError {
        do throws(JSONError) {
            let bytes = try encode(value: value, encoding)
            Issue.record("\(value) was taken as \(bytes)", sourceLocation: sourceLocation)
            return JSONError(.malformed, message: "no error")
        } catch {
            return error
        }
    }
}

extension OperationPlan {
    /// What ``encodeArguments(_:encoding:into:)`` appends. Checks on the way that it leaves alone what was there before,
    /// and takes everything back when it throws.
    func encode(_ json: [UInt8], _ encoding: EncodingVersion = .v1_1) throws(JSONError) -> [UInt8] {
        try encode(json) { (plan, text, out) throws(JSONError) in
            try plan.encodeArguments(text, encoding: encoding, into: &out)
        }
    }

    /// What ``encodeResult(_:encoding:into:)`` appends, checked as ``encode(_:_:)`` does.
    func encodeResult(_ json: String, _ encoding: EncodingVersion = .v1_1) throws(JSONError) -> [UInt8] {
        try encode(Array(json.utf8)) { (plan, text, out) throws(JSONError) in
            try plan.encodeResult(text, encoding: encoding, into: &out)
        }
    }

    /// What ``encodeException(_:encoding:isSliced:into:)`` appends, checked as ``encode(_:_:)`` does.
    func encodeException(
        _ json: String, _ encoding: EncodingVersion = .v1_1, isSliced: Bool = true
    ) throws(JSONError) -> [UInt8] {
        try encode(Array(json.utf8)) { (plan, text, out) throws(JSONError) in
            try plan.encodeException(text, encoding: encoding, isSliced: isSliced, into: &out)
        }
    }

    private func encode(
        _ json: [UInt8],
        _ body: (OperationPlan, UnsafeRawBufferPointer, inout OutputBuffer) throws(JSONError) -> Void
    ) throws(JSONError) -> [UInt8] {
        // A block of its own, of just that size: reading behind it is found by a memory checker.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: json.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: json)
        var out = OutputBuffer(minimumCapacity: 16)
        out.append(before)
        do throws(JSONError) {
            try body(self, UnsafeRawBufferPointer(memory), &out)
        } catch {
            #expect(out.bytes.elementsEqual(before), "the buffer changed though the text was refused")
            throw error
        }
        #expect(out.bytes.prefix(before.count).elementsEqual(before))
        return Array(out.bytes.dropFirst(before.count))
    }

    /// What ``decodeResult(_:encoding:into:)`` appends, checked as ``encode(_:_:)`` does.
    func decode(_ payload: [UInt8], _ encoding: EncodingVersion = .v1_1) throws(MarshalError) -> String {
        try decode(payload) { (plan, input, out) throws(MarshalError) in
            try plan.decodeResult(input, encoding: encoding, into: &out)
        }.text
    }

    /// What ``decodeArguments(_:encoding:into:)`` appends, checked as ``encode(_:_:)`` does.
    func decodeArguments(
        _ payload: [UInt8], _ encoding: EncodingVersion = .v1_1
    ) throws(MarshalError) -> String {
        try decode(payload) { (plan, input, out) throws(MarshalError) in
            try plan.decodeArguments(input, encoding: encoding, into: &out)
        }.text
    }

    /// What ``decodeException(_:encoding:into:)`` returns and appends, checked as ``encode(_:_:)`` does.
    func decodeException(
        _ payload: [UInt8], _ encoding: EncodingVersion = .v1_1
    ) throws(MarshalError) -> (outcome: ExceptionOutcome, text: String) {
        try decode(payload) { (plan, input, out) throws(MarshalError) in
            try plan.decodeException(input, encoding: encoding, into: &out)
        }
    }

    private func decode<Outcome>(
        _ payload: [UInt8],
        _ body: (OperationPlan, InputCursor, inout OutputBuffer) throws(MarshalError) -> Outcome
    ) throws(MarshalError) -> (outcome: Outcome, text: String) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: payload.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: payload)
        var out = OutputBuffer(minimumCapacity: 16)
        out.append(before)
        let outcome: Outcome
        do throws(MarshalError) {
            outcome = try body(self, InputCursor(UnsafeRawBufferPointer(memory)), &out)
        } catch {
            #expect(out.bytes.elementsEqual(before), "the buffer changed though the payload was refused")
            throw error
        }
        #expect(out.bytes.prefix(before.count).elementsEqual(before))
        let text = String(validating: out.bytes.dropFirst(before.count), as: UTF8.self)
        #expect(text != nil, "the text is not UTF-8")
        return (outcome, text ?? "")
    }
}

private let before: [UInt8] = [0x11, 0x22, 0x33]

/// Bytes as hexadecimal digits, pairs together, blanks between them as one likes.
func bytes(_ hex: String) throws -> [UInt8] {
    let digits = Array(hex.utf8.filter { $0 != UInt8(ascii: " ") })
    try #require(digits.count % 2 == 0)
    return try stride(from: 0, to: digits.count, by: 2).map { offset in
        try #require(UInt8(String(decoding: digits[offset..<offset + 2], as: UTF8.self), radix: 16))
    }
}

/// The reverse of ``bytes(_:)``.
func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
