import Foundation
import IceEncoding
import Slice
import SliceJSON
import Testing

/// What real Ice peers wrote, and the JSON it stands for.
@Suite("Recorded payloads and replies")
struct VectorTests {
    struct Vector: Decodable {
        var id: String
        var value: RecordedValue
        var encoding: String
        var hex: String
        var how: String
        var note: String?

        var version: EncodingVersion { encoding == "1.0" ? .v1_0 : .v1_1 }
    }

    private struct VectorFile: Decodable {
        var vectors: [Vector]
    }

    private func read(_ name: String) throws -> Data {
        try Data(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "Vectors/\(name)"))
    }

    private func vectors(_ name: String) throws -> [Vector] {
        try JSONDecoder().decode(VectorFile.self, from: read(name)).vectors
    }

    private func model() throws -> SliceModel { try compile(String(decoding: read("Vectors.ice"), as: UTF8.self)) }

    /// Files with payloads of the in-parameters of an operation, and how many of them must have been compared.
    private static let files = [
        ("types.json", 112), ("optionals.json", 34), ("classes-compact.json", 40), ("classes-sliced.json", 17),
    ]

    @Test("JSON becomes the bytes that a real client sent, and those become the JSON again", arguments: files)
    func parameters(file: String, count: Int) throws {
        let model = try model()
        var compared = 0
        for vector in try vectors(file) {
            let name = try #require(vector.how.split(separator: " ").first { $0.hasPrefix("op") })
            let operation = try model.operation(String(name))
            let harness = TypeHarness(operation, model)
            #expect(harness.encoder.unsupported == nil, "\(vector.id)")
            let values = vector.value["$params"]?.elements ?? [vector.value]
            try #require(values.count == operation.inParameters.count, "\(vector.id)")
            let json = try json(operation, values, model, vector.id)
            // Encoding 1.0 has no optional values: writing one is refused, and what a peer sent is without them.
            let isV10 = vector.version == .v1_0
            let carriedValues = isV10 ? carriedByV10(operation, values, model) : values
            let carried = try self.json(operation, carriedValues, model, vector.id)
            if carried != json {
                let error = #expect(throws: JSONError.self) { try harness.encode(json, vector.version) }
                #expect(error?.code == .notInEncoding, "\(vector.id)")
            }
            let payload = try harness.encode(carried, vector.version)
            // Real peers order the instances of a batch by their addresses.
            if vector.note?.contains("order of instances inside one pending batch") ?? false {
                #expect(try harness.decode(payload, vector.version) == carried, "\(vector.id)")
            } else {
                #expect(hex(payload) == vector.hex, "\(vector.id)")
            }
            // A proxy that came in encoding 1.0 is one to call with it.
            let received = isV10 ? carriedValues.map(\.receivedInV10) : carriedValues
            let back = try self.json(operation, received, model, vector.id)
            #expect(try harness.decode(bytes(vector.hex), vector.version) == back, "\(vector.id)")
            compared += 1
        }
        #expect(compared == count)
    }

    private func json(
        _ operation: SliceOperation, _ values: [RecordedValue], _ model: SliceModel, _ id: String
    ) throws -> String {
        let references = RecordedValue.array(values).references
        let members = try zip(operation.inParameters, values).compactMap { parameter, value in
            if value.isUnset { return nil as String? }
            let json = try #require(value.json(parameter.type, model, references), "\(id)")
            return "\"\(parameter.info.name)\":\(json)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    private func carriedByV10(
        _ operation: SliceOperation, _ values: [RecordedValue], _ model: SliceModel
    ) -> [RecordedValue] {
        zip(operation.inParameters, values).map { parameter, value in
            parameter.tag == nil ? value.withoutOptionals(model) : .object(["$unset": .bool(true)])
        }
    }

    /// The payload of a reply's encapsulation, and its encoding.
    private func reply(_ vector: Vector) throws -> (status: UInt8, payload: [UInt8], encoding: EncodingVersion) {
        let message = try bytes(vector.hex)
        return try message.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            _ = try MessageHeader(&cursor, maximumSize: 1 << 20)
            try cursor.skip(4)
            let status = try cursor.read(UInt8.self)
            let (encoding, payload) = try cursor.readEncapsulation()
            return (status, Array(payload.bytes), encoding)
        }
    }

    private func vector(_ id: String) throws -> Vector {
        try #require(vectors("replies.json").first { $0.id == id }, "no vector \(id)")
    }

    @Test(
        "Results of real servers",
        arguments: [
            ("rep-ok-void/1.1", "ok", "{}"), ("rep-ok-void/1.0", "ok", "{}"),
            ("rep-ok-int/1.1", "okInt", #"{"returnValue":16909060}"#),
            ("rep-ok-int/1.0", "okInt", #"{"returnValue":16909060}"#),
            ("rep-ok-out/1.1", "okOut", #"{"returnValue":"ret","a":7,"b":"outB"}"#),
            ("rep-ok-out/1.0", "okOut", #"{"returnValue":"ret","a":7,"b":"outB"}"#),
            ("rep-amd", "amdEcho", #"{"returnValue":"later"}"#), ("rep-mres", "mres", #"{"returnValue":[1,2,3]}"#),
        ])
    func results(id: String, operation: String, json: String) throws {
        let model = try model()
        let plan = OperationPlan.compile(try model.operation(operation), model: model)
        #expect(plan.unsupported == nil)
        let reply = try reply(vector(id))
        #expect(reply.status == 0)
        #expect(try plan.decode(reply.payload, reply.encoding) == json)
    }

    private func raising(_ exceptions: String...) throws -> OperationPlan {
        let model = try model()
        var operation = try model.operation("raiseIt")
        operation.exceptions = exceptions.map { ScopedName("::V::\($0)") }
        return OperationPlan.compile(operation, model: model)
    }

    private static let reason = #""reason":"why","code":42,"where":{"x":1,"y":2}"#
    private static let animal = #"{"@type":"::V::Animal","@id":"1","name":"one"}"#
    private static let dog = #"{"@type":"::V::Dog","name":"Rex","barks":3}"#
    private static let person = #"{"name":"Ann","age":30,"active":true,"level":"s2"}"#

    @Test(
        "User exceptions of real servers, members of bases first, become the bytes again",
        arguments: [
            ("rep-ex-Err", #"{"@type":"::V::Err","reason":"why"}"#, []),
            ("rep-ex-ErrD", #"{"@type":"::V::ErrD",\#(reason)}"#, ["::V::Err"]),
            ("rep-ex-ErrE", #"{"@type":"::V::ErrE"}"#, []),
            ("rep-ex-ErrC", #"{"@type":"::V::ErrC","culprit":\#(dog)}"#, []),
            (
                "rep-ex-ErrCshared",
                #"{"@type":"::V::ErrCD","culprit":\#(animal),"second":{"@ref":"1"},"where":{"x":3,"y":4}}"#,
                ["::V::ErrC"]
            ),
            ("rep-ex-ErrO", #"{"@type":"::V::ErrO","a":11,"s":"txt","who":\#(person)}"#, []),
            ("rep-ex-ErrOunset", #"{"@type":"::V::ErrO","s":"txt"}"#, []),
            ("rep-ex-ErrX", #"{"@type":"::V::ErrX",\#(reason),"extra":"extra"}"#, ["::V::ErrD", "::V::Err"]),
        ] as [(String, String, [String])], ["/1.1", "/1.0", "/1.1@3.7"])
    func exceptions(_ what: (id: String, json: String, ancestors: [String]), form: String) throws {
        let vector = try vector(what.id + form)
        let reply = try reply(vector)
        #expect(reply.status == 1)
        let plan = try raising("Err", "ErrC", "ErrO", "ErrE")
        let found = try plan.decodeException(reply.payload, reply.encoding)
        // What encoding 1.0 can't carry is not there.
        let isCut = what.id == "rep-ex-ErrO" && form == "/1.0"
        let json = isCut ? #"{"@type":"::V::ErrO","s":"txt"}"# : what.json
        let typeID = try #require(json.split(separator: "\"").dropFirst(3).first)
        #expect(found.outcome == .declared(typeID: String(typeID), ancestors: what.ancestors))
        #expect(found.text == json)
        let bytes = try plan.encodeException(json, reply.encoding, isSliced: !form.hasSuffix("3.7"))
        #expect(bytes == reply.payload)
    }

    /// What a receiver that knows only the bases of the vectors' classes knows.
    private func baseModel() throws -> SliceModel {
        try compile(
            """
            module V {
                class Animal { string name; }
                class Dog extends Animal { int barks; }
                interface Rep {
                    Animal echo(Animal a);
                    ["format:sliced"] Animal echoSl(Animal a);
                    ["format:sliced"] Value echoVSl(Value v);
                }
            }
            """)
    }

    @Test("Slices of unknown types make the way through JSON and back")
    func preservedSlices() throws {
        let model = try baseModel()
        var count = 0
        for vector in try vectors("preserved-slices.json") {
            let name = try #require(vector.id.split(separator: "-").last)
            let plan = OperationPlan.compile(try model.operation(String(name)), model: model)
            let input = try #require(vector.value["input"]?.text)
            let json = try plan.decode(try bytes(input), vector.version)
            #expect(json.contains("@slices") == (vector.version == .v1_1), "\(vector.id): \(json)")
            // A real receiver drops what it doesn't know when it writes the compact format; here nothing is lost.
            let expected = name == "echo" ? input : vector.hex
            #expect(hex(try plan.encodeResult(json, vector.version)) == expected, "\(vector.id): \(json)")
            count += 1
        }
        #expect(count == 6)
    }

    @Test("A derived exception that Slice doesn't know becomes its nearest known base", arguments: ["/1.1", "/1.0"])
    func slicing(form: String) throws {
        let model = try compile(
            """
            module V {
                struct Point { int x; int y; }
                exception Err { string reason; }
                exception ErrD extends Err { int code; Point where; }
                interface Rep { void raiseIt(string which) throws Err; void other(); }
            }
            """)
        let plan = OperationPlan.compile(try model.operation("raiseIt"), model: model)
        let reply = try reply(vector("rep-ex-ErrX" + form))
        let found = try plan.decodeException(reply.payload, reply.encoding)
        #expect(found.outcome == .declared(typeID: "::V::ErrD", ancestors: ["::V::Err"]))
        #expect(found.text == #"{"@type":"::V::ErrD","reason":"why","code":42,"where":{"x":1,"y":2}}"#)
    }

    @Test(
        "An exception of no type that Slice knows is unknown, one that the operation doesn't declare undeclared",
        arguments: ["/1.1", "/1.0", "/1.1@3.7"])
    func unknownExceptions(form: String) throws {
        let undeclared = try reply(vector("rep-undeclared" + form))
        let model = try model()
        let noSpec = OperationPlan.compile(try model.operation("noSpec"), model: model)
        let found = try noSpec.decodeException(undeclared.payload, undeclared.encoding)
        #expect(found.outcome == .undeclared(typeID: "::V::Err"))
        #expect(found.text.isEmpty)

        let empty = try compile(
            "module V { exception Other {} interface Rep { void raiseIt(string which) throws Other; } }")
        let plan = OperationPlan.compile(try empty.operation("raiseIt"), model: empty)
        for id in ["rep-ex-ErrX", "rep-ex-Err", "rep-ex-ErrC", "rep-ex-ErrCshared", "rep-ex-ErrO", "rep-ex-ErrE"] {
            let reply = try reply(vector(id + form))
            let found = try plan.decodeException(reply.payload, reply.encoding)
            guard case .unknown = found.outcome else {
                Issue.record("\(id): \(found.outcome)")
                continue
            }
            #expect(found.text.isEmpty)
        }
    }
}
