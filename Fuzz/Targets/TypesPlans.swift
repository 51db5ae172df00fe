import IceEncoding
import Slice
import SliceJSON

/// The operations of `Fuzz/Types.ice`, each compiled with every combination of options.
private struct Plans {
    struct Entry {
        var name: String
        /// Whether bytes made of JSON are the only ones for their values; instances of classes may come in any order.
        var isExact: Bool
        /// By ``Choice``'s bits for options.
        var plans: [OperationPlan]
    }

    /// Interfaces by name, their operations as in the file: `scripts/fuzz-corpus` counts the same way.
    static let all = Plans().entries
    private var entries: [Entry] = []

    private init() {
        let path = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Types.ice"
        let compilation = SliceCompiler(reader: FileSourceReader()).compile([path])
        guard let model = compilation.model else {
            breaking("\(path): \(compilation.diagnostics.map(\.description).joined(separator: "\n"))")
        }
        for (name, interface) in model.interfaces.sorted(by: { $0.key.text < $1.key.text }) {
            for operation in interface.operations {
                let plans = (0..<8).map { bits in
                    OperationPlan.compile(
                        operation, model: model,
                        options: JSONOptions(
                            long: bits & 1 == 0 ? .string : .number,
                            unknownMembers: bits & 2 == 0 ? .reject : .ignore, depth: bits & 4 == 0 ? 64 : 5),
                        proxies: PlainProxies())
                }
                entries.append(
                    Entry(
                        name: "\(name.text)::\(operation.info.name)", isExact: name.text != "::Fuzz::Classes",
                        plans: plans))
            }
        }
        for entry in entries {
            promise(entry.plans.allSatisfy { $0.unsupported == nil }, "\(entry.name) can't be called")
        }
    }
}

/// What the first two bytes of an input choose: the operation; options, encoding, and parameters or results.
struct Choice {
    let name: String
    let plan: OperationPlan
    let encoding: EncodingVersion
    let isExact: Bool
    private let isResult: Bool
    /// Those two bytes.
    let selector: [UInt8]
    /// The bytes behind them.
    let rest: UnsafeRawBufferPointer

    /// Nil for an input that is too short to choose anything, or chooses an operation that can't be called.
    init?(_ input: UnsafeRawBufferPointer) {
        guard input.count >= 2 else { return nil }
        let entry = Plans.all[Int(input[0]) % Plans.all.count]
        let bits = input[1]
        name = entry.name
        plan = entry.plans[Int(bits & 7)]
        guard plan.unsupported == nil else { return nil }
        encoding = bits & 8 == 0 ? .v1_1 : .v1_0
        isResult = bits & 16 != 0
        isExact = entry.isExact
        selector = [input[0], input[1]]
        rest = UnsafeRawBufferPointer(rebasing: input[2...])
    }

    private static let before: [UInt8] = [0x11, 0x22, 0x33]

    /// What the plan appends, which is nothing when it throws.
    func encode(_ json: UnsafeRawBufferPointer) throws(JSONError) -> [UInt8] {
        var out = OutputBuffer(minimumCapacity: 16)
        out.append(Self.before)
        do throws(JSONError) {
            if isResult {
                try plan.encodeResult(json, encoding: encoding, into: &out)
            } else {
                try plan.encodeArguments(json, encoding: encoding, into: &out)
            }
        } catch {
            promise(out.bytes.elementsEqual(Self.before), "\(name): the buffer changed though the text was refused")
            promise(
                error.offset >= 0 && error.offset <= json.count && error.line >= 1 && error.column >= 1,
                "\(name): an error outside the text: \(error)")
            promise(!error.description.isEmpty, "\(name): an error without a word")
            throw error
        }
        promise(out.bytes.starts(with: Self.before), "\(name): the buffer's beginning changed")
        return Array(out.bytes.dropFirst(Self.before.count))
    }

    /// As ``encode(_:)``, of bytes with a block of their own.
    func encode(_ json: [UInt8]) throws(JSONError) -> [UInt8] {
        let result = json.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try encode(bytes) }
        }
        return try result.get()
    }

    /// The text the plan appends, which is nothing when it throws, and JSON otherwise.
    func decode(_ payload: UnsafeRawBufferPointer) throws(MarshalError) -> [UInt8] {
        try decode { (out) throws(MarshalError) in
            if isResult {
                try plan.decodeResult(InputCursor(payload), encoding: encoding, into: &out)
            } else {
                try plan.decodeArguments(InputCursor(payload), encoding: encoding, into: &out)
            }
        }.text
    }

    /// As ``decode(_:)``, of bytes with a block of their own.
    func decode(_ payload: [UInt8]) throws(MarshalError) -> [UInt8] {
        let result = payload.withUnsafeBytes { bytes in
            Result { () throws(MarshalError) in try decode(bytes) }
        }
        return try result.get()
    }

    /// Reads the bytes as a user exception, which has a text when it is declared and none otherwise.
    func decodeException(_ payload: UnsafeRawBufferPointer) throws(MarshalError) {
        _ = try decode { (out) throws(MarshalError) in
            let outcome = try plan.decodeException(InputCursor(payload), encoding: encoding, into: &out)
            var isDeclared = false
            if case .declared = outcome { isDeclared = true }
            promise(isDeclared == (out.count > Self.before.count), "\(name): \(outcome)")
        }
    }

    private func decode(
        _ body: (inout OutputBuffer) throws(MarshalError) -> Void
    ) throws(MarshalError) -> (text: [UInt8], Void) {
        var out = OutputBuffer(minimumCapacity: 16)
        out.append(Self.before)
        do throws(MarshalError) {
            try body(&out)
        } catch {
            promise(out.bytes.elementsEqual(Self.before), "\(name): the buffer changed though the bytes were refused")
            promise(!error.description.isEmpty, "\(name): an error without a word")
            throw error
        }
        promise(out.bytes.starts(with: Self.before), "\(name): the buffer's beginning changed")
        let text = Array(out.bytes.dropFirst(Self.before.count))
        promise(String(validating: text, as: UTF8.self) != nil, "\(name): the text is not UTF-8: \(shown(text))")
        return (text, ())
    }
}
