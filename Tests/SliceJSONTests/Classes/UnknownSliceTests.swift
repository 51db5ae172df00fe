import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Slices of types that Slice doesn't know")
struct UnknownSliceTests {
    /// What the server knows, and what the gateway knows of it.
    private func plans(_ operation: String, seal: (any SliceSeal)? = nil) throws -> (
        server: TypeHarness, gateway: TypeHarness
    ) {
        let all = """
            class Item { string name; Item other; }
            class Known extends Item { int count; }
            class Secret extends Known { string code; Item hidden; optional(4) int level; Value more; }
            class Hidden(9) extends Secret { int depth; }
            """
        let some = all.split(separator: "\n").prefix(2).joined()
        func harness(_ classes: String, _ seal: (any SliceSeal)? = nil) throws -> TypeHarness {
            let model = try compile(
                "module M { \(classes) interface Test { [\"format:sliced\"] void f(Item v); [\"format:sliced\"] void any(Value v); void compact(Item v); } }"
            )
            return TypeHarness(try model.operation(operation), model, seal: seal)
        }
        return (try harness(all), try harness(some, seal))
    }

    private static let graph =
        #"{"@type":"::M::Hidden","@id":"1","name":"n","other":{"@ref":"1"},"count":1,"code":"c","hidden":"#
        + #"{"@type":"::M::Known","@id":"2","name":"h","other":null,"count":5},"level":7,"more":{"@type":"::M::Secret","name":"s","#
        + #""other":{"@ref":"2"},"count":0,"code":"","hidden":null,"more":null},"depth":3}"#

    @Test("A client changes a member it understands, and nothing is lost", arguments: ["f", "any"])
    func change(operation: String) throws {
        let (server, gateway) = try plans(operation)
        let answer = try gateway.decode(value: try server.encode(value: Self.graph))
        #expect(
            answer.hasPrefix(#"{"@type":"::M::Known","@id":"1","name":"n","other":{"@ref":"1"},"count":1,"@slices":["#))
        #expect(try server.decode(value: try gateway.encode(value: answer)) == Self.graph)
        let changed = answer.replacing(#""count":5"#, with: #""count":-5"#).replacing(
            #""name":"n""#, with: #""name":"new""#)
        let expected = Self.graph.replacing(#""count":5"#, with: #""count":-5"#).replacing(
            #""name":"n""#, with: #""name":"new""#)
        #expect(changed != answer)
        #expect(try server.decode(value: try gateway.encode(value: changed)) == expected)
        // Also to an operation in the compact format, which has no room for them: the sliced one is taken.
        let compact = try plans("compact").gateway.encode(value: answer)
        #expect(try server.decode(value: compact) == Self.graph)
    }

    @Test("An instance of which nothing is known is one of the base of all classes")
    func nothingKnown() throws {
        let model = try compile("module M { interface Test { [\"format:sliced\"] void any(Value v); } }")
        let gateway = TypeHarness(try model.operation("any"), model)
        let server = try plans("any").server
        let answer = try gateway.decode(value: try server.encode(value: Self.graph))
        #expect(answer.hasPrefix(#"{"@type":"::Ice::Object","@id":"1","@slices":["#))
        #expect(try server.decode(value: try gateway.encode(value: answer)) == Self.graph)
    }

    @Test("In encoding 1.0 they are cut off, as every receiver does, and can't be sent")
    func cutOff() throws {
        let (server, gateway) = try plans("f")
        let graph = Self.graph.replacing(#","level":7"#, with: "")
        let answer = try gateway.decode(value: try server.encode(value: graph, .v1_0), .v1_0)
        #expect(answer == #"{"@type":"::M::Known","@id":"1","name":"n","other":{"@ref":"1"},"count":1}"#)
        let sliced = try gateway.decode(value: try server.encode(value: Self.graph))
        let error = try gateway.error(sliced, .v1_0)
        #expect(error.code == .notInEncoding && error.pointer == "/v/@slices")
    }

    @Test("What was not given out is refused")
    func forged() throws {
        let (server, gateway) = try plans("f")
        let answer = try gateway.decode(value: try server.encode(value: Self.graph))
        let slices = try #require(answer.firstRange(of: /"@slices":\[[^\]]*\]/))
        func with(_ text: String) -> String { answer.replacingCharacters(slices, text) }
        // `::M::Known` with the bytes of its members: it would pass by every check of members.
        let known = "AQo6Ok06Oktub3duAAEAAAA="
        for (text, code) in [
            (#""@slices":[]"#, .badSlices), (#""@slices":"AAAA""#, .wrongType), (#""@slices":[7]"#, .wrongType),
            (#""@slices":["*"]"#, .badBase64), (#""@slices":[""]"#, .badSlices), (#""@slices":["AA=="]"#, .badSlices),
            (#""@slices":["/////w=="]"#, .badSlices), (#""@slices":["\#(known)"]"#, .badSlices),
            // Fewer instances are left over than there are.
            (#""@slices":["AwkAAAAAAA=="]"#, .badSlices),
        ] as [(String, JSONError.Code)] {
            #expect(try gateway.error(with(text)).code == code, "\(text)")
        }
        #expect(try gateway.error(#"{"name":"","other":null,"@instances":[]}"#).code == .badSlices)
        // Too few, nil ones.
        let instances = try #require(answer.range(of: #","@instances":["#))
        #expect(try gateway.error(String(answer[..<instances.lowerBound]) + "}").code == .badSlices)
        let null = String(answer[..<instances.upperBound]) + "null,null]}"
        #expect(try gateway.error(null).code == .badSlices)
    }

    @Test("With a seal, what wasn't given out with it is refused")
    func sealed() throws {
        let (server, gateway) = try plans("f", seal: ByteSeal(mark: 0xA5))
        let bytes = try server.encode(value: Self.graph)
        let answer = try gateway.decode(value: bytes)
        #expect(try server.decode(value: try gateway.encode(value: answer)) == Self.graph)
        for seal in [nil, ByteSeal(mark: 0x5A)] {
            let other = try plans("f", seal: seal).gateway.decode(value: bytes)
            let error = try gateway.error(other)
            #expect(error.code == .badSlices && error.pointer == "/v/@slices/0", "\(error)")
            #expect(error.message.contains("must come back as they were given out"))
        }
    }
}

/// A mark and the number of bytes of the slice: whoever reads this can forge it.
private struct ByteSeal: SliceSeal {
    var mark: UInt8

    func seal(_ slice: inout OutputBuffer) {
        slice.append(UInt8(truncatingIfNeeded: slice.count))
        slice.append(mark)
    }

    func unsealed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count >= 2, bytes.last == mark else { return nil }
        let slice = UnsafeRawBufferPointer(rebasing: bytes.dropLast(2))
        return bytes[slice.count] == UInt8(truncatingIfNeeded: slice.count) ? slice : nil
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<String.Index>, _ text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }

    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
