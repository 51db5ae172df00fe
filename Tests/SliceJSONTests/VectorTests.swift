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

    /// Vectors that are left out, each with what the operation's plan says about it.
    private static let unsupported = [
        "seq-proxy/1.1": "operation 'opPrxS' can't be called yet: parameter 'v' uses proxy '::Ice::Object*'",
        "seq-proxy/1.0": "operation 'opPrxS' can't be called yet: parameter 'v' uses proxy '::Ice::Object*'",
    ]

    @Test("JSON becomes the bytes that a real client sent, and those become the JSON again")
    func types() throws {
        let model = try model()
        var count = 0
        for vector in try vectors("types.json") {
            let name = try #require(vector.how.split(separator: " ").first { $0.hasPrefix("op") })
            let operation = try model.operation(String(name))
            let harness = TypeHarness(operation, model)
            #expect(harness.encoder.unsupported == Self.unsupported[vector.id], "\(vector.id)")
            guard harness.encoder.unsupported == nil else { continue }
            let values = vector.value["$params"]?.elements ?? [vector.value]
            let members = try zip(operation.inParameters, values).map { parameter, value in
                let json = try #require(value.json(parameter.type, model), "\(vector.id)")
                return "\"\(parameter.info.name)\":\(json)"
            }
            #expect(members.count == operation.inParameters.count, "\(vector.id)")
            let json = "{\(members.joined(separator: ","))}"
            #expect(hex(try harness.encode(json, vector.version)) == vector.hex, "\(vector.id)")
            #expect(try harness.decode(bytes(vector.hex), vector.version) == json, "\(vector.id)")
            count += 1
        }
        #expect(count == 110)
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

    /// ``Vectors.ice`` with an operation that raises what has neither classes nor optional members.
    private func raising(_ exceptions: String...) throws -> OperationPlan {
        let model = try model()
        var operation = try model.operation("raiseIt")
        operation.exceptions = exceptions.map { ScopedName("::V::\($0)") }
        let plan = OperationPlan.compile(operation, model: model)
        try #require(plan.unsupported == nil)
        return plan
    }

    private static let point = #""where":{"x":1,"y":2}"#

    @Test(
        "User exceptions of real servers, members of bases first",
        arguments: [
            ("rep-ex-Err", #"{"@type":"::V::Err","reason":"why"}"#, []),
            ("rep-ex-ErrD", #"{"@type":"::V::ErrD","reason":"why","code":42,\#(point)}"#, ["::V::Err"]),
            ("rep-ex-ErrE", #"{"@type":"::V::ErrE"}"#, []),
            (
                "rep-ex-ErrX", #"{"@type":"::V::ErrX","reason":"why","code":42,\#(point),"extra":"extra"}"#,
                ["::V::ErrD", "::V::Err"]
            ),
        ] as [(String, String, [String])], ["/1.1", "/1.0", "/1.1@3.7"])
    func exceptions(_ what: (id: String, json: String, ancestors: [String]), form: String) throws {
        let reply = try reply(vector(what.id + form))
        #expect(reply.status == 1)
        let found = try raising("Err", "ErrE").decodeException(reply.payload, reply.encoding)
        let typeID = "::V::" + what.id.dropFirst("rep-ex-".count)
        #expect(found.outcome == .declared(typeID: typeID, ancestors: what.ancestors))
        #expect(found.text.hasPrefix(what.json.dropLast()))
        if !what.id.hasSuffix("X") { #expect(found.text == what.json) }
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
        #expect(found.text == #"{"@type":"::V::ErrD","reason":"why","code":42,\#(Self.point)}"#)
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
