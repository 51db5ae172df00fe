import EventLoop
import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Limits and hostile graphs")
struct InstanceLimitTests {
    private static let slice = """
        module M {
            class Node { string name; Node next; }
            sequence<Node> Nodes;
            class Tree { Nodes nodes; Value any; }
            class Empty {}
            class Pair { Value a; Value b; }
            interface Test { void f(Node v); void all(Nodes v); ["format:sliced"] void sliced(Node v); void any(Value v); }
        }
        """

    private func harness(_ operation: String, depth: Int = 100, json: Int = 512) throws -> TypeHarness {
        var options = JSONOptions(depth: json)
        options.graphDepth = depth
        let model = try compile(Self.slice)
        return TypeHarness(try model.operation(operation), model, options: options)
    }

    /// `{"@type":…,"name":"","next":{…}}`, so many in one another.
    private func chain(_ count: Int) -> String {
        String(repeating: #"{"@type":"::M::Node","name":"","next":"#, count: count) + "null"
            + String(repeating: "}", count: count)
    }

    @Test(
        "Instances nest as deep as allowed and no deeper", arguments: ["f", "sliced"], [EncodingVersion.v1_1, .v1_0])
    func depth(operation: String, encoding: EncodingVersion) throws {
        let harness = try harness(operation, depth: 20)
        let deepest = try harness.encode(value: chain(20), encoding)
        #expect(try harness.decode(value: deepest, encoding) == chain(20))
        let deeper = try self.harness(operation).encode(value: chain(21), encoding)
        let error = #expect(throws: MarshalError.self) { try harness.decode(value: deeper, encoding) }
        #expect(error?.message == "instances nested deeper than 20 (Ice.ClassGraphDepthMax)")
        guard encoding == .v1_1 else { return }
        #expect(try harness.error(chain(21)).code == .tooDeep)
    }

    @Test("A flat list of references is a deep graph too")
    func referenceChain() throws {
        let count = 50
        let list = (0..<count).map { index in
            #"{"@id":"\#(index)","name":"","next":\#(index + 1 < count ? #"{"@ref":"\#(index + 1)"}"# : "null")}"#
        }
        let json = "[\(list.joined(separator: ","))]"
        let bytes = try harness("all", depth: count, json: 10).encode(value: json)
        // The answer nests what the request laid out flat.
        let text = try harness("all", depth: count).decode(value: bytes)
        #expect(text.hasPrefix(#"[{"@type":"::M::Node","name":"","next":{"@type":"::M::Node","@id":"1""#))
        #expect(try harness("all", depth: count - 1, json: 10).error(json).code == .tooDeep)
    }

    @Test("References don't count as nesting", arguments: [EncodingVersion.v1_1, .v1_0])
    func referenceDepth(encoding: EncodingVersion) throws {
        let json = chain(40).replacing("null", with: #"{"@ref":"1"}"#)
            .replacing(#"{"@type":"::M::Node","#, with: #"{"@type":"::M::Node","@id":"1","#, maxReplacements: 1)
        // The object of parameters, and the one that refers.
        let harness = try harness("f", json: 42)
        #expect(try harness.decode(value: try harness.encode(value: json, encoding), encoding) == json)
    }

    @Test("An instance may take few bytes", arguments: [EncodingVersion.v1_1, .v1_0])
    func smallest(encoding: EncodingVersion) throws {
        // In encoding 1.0 the inner empty one follows last, alone, with no name and no member.
        let empty = #"{"@type":"::M::Empty"}"#
        let json = #"{"@type":"::M::Pair","a":\#(empty),"b":{"@type":"::M::Pair","a":\#(empty),"b":null}}"#
        let harness = try harness("any")
        #expect(try harness.decode(value: try harness.encode(value: json, encoding), encoding) == json)
    }

    @Test("The deepest graph that can be allowed fits the stack", arguments: ["f", "sliced"])
    func stack(operation: String) async throws {
        // On a thread as the gateway's.
        let result = await withCheckedContinuation { continuation in
            do {
                try JoinableThread(name: "deep") { continuation.resume(returning: Result { try deepest(operation) }) }
                    .detach()
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        try result.get()
    }

    private func deepest(_ operation: String) throws {
        let harness = try harness(operation, depth: .max, json: 512)
        #expect(try harness.encode(value: chain(510)).count > 510)
        // In bytes nothing else bounds it.
        let slice: [UInt8] = [1, 0x22, 1, 0]
        let payload =
            try bytes("01 21 09 3a3a4d3a3a4e6f6465 00") + Array(repeatElement(slice, count: 100_000).joined()) + [0]
        #expect(throws: MarshalError.self) { try harness.decode(value: payload) }
        let fits = try bytes("01 21 09 3a3a4d3a3a4e6f6465 00") + Array(repeatElement(slice, count: 999).joined()) + [0]
        #expect(try self.harness("f", depth: 1_000).decode(value: fits).count > 10_000)
    }

    @Test(
        "Bytes that are no graph are refused",
        arguments: [
            ("a reference to what never began", "02"), ("to itself, before it begins", "03"),
            ("no type", "01 20 00 00"), ("no type but a size", "01 30 06000000 00 00"),
            ("a type ID index of nothing", "01 22 01 00 00"), ("index 0", "01 22 00 00 00"),
            ("an unknown type in the compact format", "01 21 03 3a3a43 00 00"),
            ("an unknown compact ID in the compact format", "01 23 07 00 00"),
            ("an unknown type where a node belongs", "01 31 03 3a3a43 04000000"),
            ("not the last slice", "01 01 \(node) 00 00"), ("cut", "01 21 \(node) 00"),
            ("a slice too short", "01 31 \(node) 05000000 00 00"), ("too long", "01 31 \(node) 07000000 00 00 00"),
            ("of negative size", "01 31 \(node) ffffffff 00 00"), ("of size 3", "01 31 \(node) 03000000"),
            ("an empty table", "01 39 \(node) 06000000 00 01 00"),
            ("a nil in it", "01 39 \(node) 06000000 00 01 01 00"),
            ("an index behind it", "01 39 \(node) 06000000 00 02 01 02"),
            ("a table of a count that can't be", "01 39 \(node) 06000000 00 01 ff ffffff7f 02"),
            ("a table with a reference to nothing", "01 39 \(node) 06000000 00 01 01 03"),
            ("an optional part without an end", "01 25 \(node) 00 00 08"),
            ("a type ID that is not UTF-8", "01 11 03 3a3ac8 04000000 31 \(node) 06000000 00 00"),
            ("a name that is not UTF-8", "01 21 \(node) 01 ff 00"), ("bytes behind it", "00 0b 00"),
        ])
    func malformed(name: String, hex: String) throws {
        let harness = try harness("f")
        #expect(throws: MarshalError.self, "\(name)") { try harness.decode(value: try bytes(hex)) }
    }

    private static let node = "09 3a3a4d3a3a4e6f6465"

    @Test(
        "Bytes of encoding 1.0 that are no graph are refused",
        arguments: [
            ("positive", "01000000 00"), ("the least integer", "00000080 00"), ("never written", "ffffffff 00"),
            ("number 0", "ffffffff 01 00000000 \(nodeV10) 00"),
            ("twice", "ffffffff 02 01000000 \(nodeV10) 01000000 \(nodeV10) 00"),
            ("a count that can't be", "ffffffff ff ffffff7f 01000000"), ("no end", "ffffffff 01 01000000 \(nodeV10)"),
            ("only the base of all", "ffffffff 01 01000000 \(object) 00"),
            ("a type ID index of nothing", "ffffffff 01 01000000 01 02 04000000 \(object) 00"),
        ])
    func malformedV10(name: String, hex: String) throws {
        let harness = try harness("f")
        #expect(throws: MarshalError.self, "\(name)") { try harness.decode(value: try bytes(hex), .v1_0) }
    }

    private static let object = "00 0d 3a3a4963653a3a4f626a656374 05000000 00"
    private static let nodeV10 = "00 \(node) 09000000 00 00000000 \(object)"

    @Test("What is never met is read over: unreferenced instances, tables of skipped slices, unknown optional members")
    func skipped() throws {
        let harness = try harness("f")
        let text = #"{"@type":"::M::Node","name":"a","next":null}"#
        for hex in [
            // Optional members that this Slice doesn't have, with a table that only they may use.
            "01 35 \(Self.node) 0a000000 01 61 00 08 01 ff", "01 3d \(Self.node) 0a000000 01 61 00 08 01 ff 01 02",
            // Behind the parameters.
            "01 21 \(Self.node) 01 61 00 0a 01000000", "01 21 \(Self.node) 01 61 00 ff",
        ] {
            #expect(try harness.decode(value: try bytes(hex)) == text, "\(hex)")
        }
        let payload = try bytes(
            "ffffffff 02 02000000 \(Self.nodeV10) 01000000 01 01 0a000000 01 61 00000000 01 02 05000000 00 00")
        #expect(try harness.decode(value: payload, .v1_0) == text)
    }

    @Test("Many instances and type IDs cost memory in proportion to their bytes")
    func wide() throws {
        let harness = try harness("all")
        let node = try bytes("01 22 01 00 00")
        var payload: [UInt8] = [0xFF] + withUnsafeBytes(of: Int32(100_001).littleEndian, Array.init)
        payload += try bytes("01 21 \(Self.node) 00 00")
        for _ in 0..<100_000 { payload += node }
        let text = try harness.decode(value: payload)
        #expect(text.utf8.count == 2 + 100_001 * #"{"@type":"::M::Node","name":"","next":null},"#.utf8.count - 1)
        // The same instance a hundred thousand times.
        payload = [0xFF] + withUnsafeBytes(of: Int32(100_001).littleEndian, Array.init)
        payload += try bytes("01 21 \(Self.node) 00 00") + Array(repeating: 2, count: 100_000)
        #expect(try harness.decode(value: payload).hasSuffix(#",{"@ref":"1"},{"@ref":"1"}]"#))
        // A type ID for each: they are strings, and no index refers to them.
        let any = try self.harness("any")
        var bomb: [UInt8] = [1]
        for index in 0..<50_000 {
            let name = Array("::M::X\(index)".utf8)
            bomb += [0x11, UInt8(name.count)] + name + [4, 0, 0, 0]
        }
        bomb += try bytes("31 \(Self.node) 06000000 00 00")
        let json = try any.decode(value: bomb)
        #expect(hex(try any.encode(value: json)) == hex(bomb))
    }

    @Test("A graph cut or changed anywhere is refused or read, never worse", arguments: [EncodingVersion.v1_1, .v1_0])
    func mutated(encoding: EncodingVersion) throws {
        let json =
            #"[{"@id":"a","name":"x","next":{"@ref":"b"}},{"@id":"b","name":"y","next":{"name":"z","next":{"@ref":"a"}}}]"#
        var random = SplitMix64(seed: 7)
        for operation in ["all", "sliced"] {
            let harness = try harness(operation)
            let text = operation == "all" ? json : #"{"@id":"a","name":"x","next":{"name":"y","next":{"@ref":"a"}}}"#
            let payload = try harness.encode(value: text, encoding)
            for count in 0..<payload.count {
                #expect(throws: MarshalError.self) { try harness.decode(Array(payload.prefix(count)), encoding) }
            }
            for _ in 0..<5_000 {
                var changed = payload
                for _ in 0...Int(random.next() % 3) {
                    changed[Int(random.next() % UInt64(changed.count))] =
                        [0, 1, 2, 3, 0x21, 0x39, 0xFF, UInt8(truncatingIfNeeded: random.next())][Int(random.next() % 8)]
                }
                guard let text = try? harness.decode(changed, encoding) else { continue }
                // What was read can be written, unless it is something that JSON doesn't take back.
                if let again = try? harness.encode(text, encoding) {
                    #expect(try harness.decode(again, encoding) == text)
                }
            }
        }
    }
}
