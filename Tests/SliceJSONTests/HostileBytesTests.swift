import IceEncoding
import Slice
import SliceJSON
import Testing

/// Payloads no honest peer sends: cut, changed at random, with counts beyond all bytes.
@Suite("Hostile payloads")
struct HostileBytesTests {
    /// Types of every shape, each with a value.
    static let schemas: [(definitions: String, type: String, json: String)] = [
        ("", "string", "\"héllo\\n\\u0000\""), ("", "double", "-1.5e-300"),
        ("sequence<byte> T;", "T", "\"AAECAwQFBgc=\""),
        ("enum T { a, b, big = 70000 }", "T", "\"big\""), ("sequence<string> T;", "T", #"["","a","\u0001€"]"#),
        (
            "enum E { a, b } struct P { byte b; short s; int i; long l; float f; double d; string t; E e; bool o; } sequence<P> T;",
            "T",
            "["
                + [String](
                    repeating: #"{"b":255,"s":-1,"i":2,"l":"3","f":1.5,"d":0.1,"t":"text","e":"b","o":true}"#, count: 3
                ).joined(separator: ",") + "]"
        ),
        (
            "sequence<bool> A; sequence<A> B; dictionary<string, B> T;", "T",
            #"{"":[],"k":[[],[true,false]],"l":[[true]]}"#
        ),
        (
            "struct K { int i; string s; } dictionary<K, double> T;", "T",
            #"[{"key":{"i":1,"s":"k"},"value":1e300},{"key":{"i":2,"s":""},"value":0.0}]"#
        ),
        (
            "enum E { a, b = 9 } dictionary<E, long> A; dictionary<short, A> T;", "T",
            #"{"-1":{"a":"1","b":"2"},"7":{}}"#
        ),
        (
            "sequence<double> A; sequence<float> B; struct T { A a; B b; }", "T",
            #"{"a":[1.5,"NaN",-0.0],"b":["Infinity",1e-45]}"#
        ),
    ]

    @Test("A payload cut anywhere is refused", arguments: schemas)
    func truncation(definitions: String, typeName: String, json: String) throws {
        let type = try TypeHarness(typeName, definitions: definitions)
        for encoding in [EncodingVersion.v1_0, .v1_1] {
            let payload = try type.encode(value: json, encoding)
            #expect(try type.encode(value: type.decode(value: payload, encoding), encoding) == payload)
            for count in 0..<payload.count {
                #expect(throws: MarshalError.self, "\(count) of \(payload.count)") {
                    try type.decode(Array(payload[..<count]), encoding)
                }
            }
        }
    }

    private func exceptionPlan() throws -> OperationPlan {
        let model = try compile(
            """
            module V {
                exception Err { string reason; }
                sequence<int> Codes;
                exception ErrD extends Err { Codes codes; }
                interface Rep { void f() throws Err; }
            }
            """)
        return OperationPlan.compile(try model.operation("f"), model: model)
    }

    /// A derived exception as Ice 3.8 sends it, as 3.7 does, and in encoding 1.0; ahead of each an unknown slice where that can be.
    private static let exceptions: [(EncodingVersion, String)] = [
        (.v1_1, "10 093a3a563a3a45727244 0d000000 02 01000000 02000000  30 083a3a563a3a457272 08000000 03776879"),
        (.v1_1, "00 093a3a563a3a45727244 02 01000000 02000000  20 083a3a563a3a457272 03776879"),
        (.v1_0, "00 093a3a563a3a45727244 0d000000 02 01000000 02000000  083a3a563a3a457272 08000000 03776879"),
        (
            .v1_1,
            "10 053a3a563a58 05000000 07  10 093a3a563a3a45727244 0d000000 02 01000000 02000000  30 083a3a563a3a457272 08000000 03776879"
        ),
        (
            .v1_1,
            "14 093a3a563a3a45727244 13000000 02 01000000 02000000 0a07000000 ff  30 083a3a563a3a457272 08000000 03776879"
        ),
    ]

    @Test("An exception cut anywhere is refused", arguments: exceptions)
    func exceptionTruncation(encoding: EncodingVersion, hex: String) throws {
        let plan = try exceptionPlan()
        let payload = try bytes(hex)
        let whole = try plan.decodeException(payload, encoding)
        #expect(whole.outcome == .declared(typeID: "::V::ErrD", ancestors: ["::V::Err"]))
        #expect(whole.text == #"{"@type":"::V::ErrD","reason":"why","codes":[1,2]}"#)
        for count in 0..<payload.count {
            #expect(throws: MarshalError.self, "\(count) of \(payload.count)") {
                try plan.decodeException(Array(payload[..<count]), encoding)
            }
        }
    }

    @Test("What follows an exception is refused", arguments: exceptions)
    func exceptionSurplus(encoding: EncodingVersion, hex: String) throws {
        let plan = try exceptionPlan()
        #expect(throws: MarshalError.self) { try plan.decodeException(bytes(hex + "0000ff0000"), encoding) }
    }

    @Test("Changed exceptions end in an outcome or an error", arguments: exceptions)
    func exceptionMutations(encoding: EncodingVersion, hex: String) throws {
        let plan = try exceptionPlan()
        let payload = try bytes(hex)
        var random = SplitMix64(seed: 5)
        var refused = 0
        for _ in 0..<3000 {
            let changed = mutated(payload, &random)
            do throws(MarshalError) {
                let found = try plan.decodeException(changed, encoding)
                if case .declared = found.outcome {
                    #expect(JanssonVerdict(Array(found.text.utf8)) == .object)
                } else {
                    #expect(found.text.isEmpty)
                }
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0 && refused < 3000)
    }

    @Test("An exception whose slices don't agree with its type is refused")
    func inconsistentExceptions() throws {
        let plan = try exceptionPlan()
        for hex in [
            "30 083a3a563a3a457272 07000000 03776879", "30 083a3a563a3a457272 09000000 03776879 00",
            "30 083a3a563a3a457272 03000000 03776879",
            "30 083a3a563a3a457272 ffffffff 03776879", "30 083a3a563a3a457272 ffffff7f 03776879",
            "32 01 08000000 03776879",
            "38 083a3a563a3a457272 08000000 03776879 01 00",
            "10 093a3a563a3a45727244 05000000 00 30 093a3a563a3a45727244 08000000 03776879",
            "30 02c328 04000000", "",
        ] {
            #expect(throws: MarshalError.self, "\(hex)") { try plan.decodeException(bytes(hex)) }
        }
    }

    @Test("A hostile count is refused before anything is made for it", arguments: schemas)
    func hostileCounts(definitions: String, typeName: String, json: String) throws {
        let type = try TypeHarness(typeName, definitions: definitions)
        for encoding in [EncodingVersion.v1_0, .v1_1] {
            let payload = try type.encode(value: json, encoding)
            for offset in payload.indices {
                for count in [
                    [0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0, 0, 0, 0x80],
                    [0xFF, 0xFE, 0, 0, 0], [254],
                ] as [[UInt8]] {
                    var changed = payload
                    changed.replaceSubrange(offset...offset, with: count)
                    try expectBounded(type, changed, encoding)
                }
            }
        }
    }

    @Test(
        "Payloads changed at random end in JSON or in an error, and the JSON is no longer than they allow",
        arguments: schemas)
    func mutations(definitions: String, typeName: String, json: String) throws {
        let type = try TypeHarness(typeName, definitions: definitions)
        var random = SplitMix64(seed: 42)
        for encoding in [EncodingVersion.v1_0, .v1_1] {
            let payload = try type.encode(value: json, encoding)
            for _ in 0..<10_000 { try expectBounded(type, mutated(payload, &random), encoding) }
        }
    }

    /// No byte of a payload stands for more text than the longest member names around a value.
    private func expectBounded(_ type: TypeHarness, _ payload: [UInt8], _ encoding: EncodingVersion) throws {
        do throws(MarshalError) {
            let text = try type.decode(payload, encoding)
            #expect(text.utf8.count <= 40 * payload.count + 40)
            let verdict = JanssonVerdict(Array(text.utf8), rejectsDuplicates: false)
            #expect(verdict == .object || verdict == .undecided, "\(text)")
        } catch {
            #expect(!error.message.isEmpty)
        }
    }

    /// One to four changes: a bit, a byte, a byte more, a byte less.
    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let offset = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where offset < bytes.count: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where offset < bytes.count: bytes[offset] = .random(in: 0...255, using: &random)
            case 2 where offset < bytes.count: bytes.remove(at: offset)
            default: bytes.insert(.random(in: 0...255, using: &random), at: offset)
            }
        }
        return bytes
    }
}
