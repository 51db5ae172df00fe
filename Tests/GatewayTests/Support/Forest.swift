import Gateway
import Ice
import IceEncoding
import Slice
import SliceJSON
import Testing

/// A server that knows a class which the gateway doesn't, and the JSON of both sides.
struct Forest {
    private static let known = """
        module Test
        {
            class Tree { string name; Tree next; }
            DERIVED
            interface Shop { ["format:sliced"] Tree replant(Tree tree); }
        }
        """

    private static func model(_ derived: String) throws -> SliceModel {
        let slice = known.replacing("DERIVED", with: derived)
        return try #require(SliceCompiler.compile(source: slice, name: "Forest.ice").model)
    }

    static func knownModel() throws -> SliceModel { try model("") }

    /// An instance as the server's JSON has it.
    static func oak(_ name: String, home: String = "home:tcp -h 10.0.0.7 -p 4061") -> String {
        #"{"@type":"::Test::Oak","name":"\#(name)","next":null,"home":"\#(home)","shadow":{"@type":"::Test::Tree","name":"of \#(name)","next":null}}"#
    }

    private static func plan(_ model: SliceModel, seal: (any SliceSeal)?) throws -> OperationPlan {
        let operation = try #require(model.interfaces[ScopedName("::Test::Shop")]?.operations.first)
        let proxies = GatewayProxies(ProxyPolicy(accept: .any))
        return try #require(PlanLibrary(model: model, proxies: proxies, seal: seal)[operation])
    }

    /// The server's.
    let server: OperationPlan

    init() throws {
        server = try Self.plan(try Self.model("class Oak extends Tree { Object* home; Tree shadow; }"), seal: nil)
    }

    /// A gateway's plan.
    static func gateway(_ seal: (any SliceSeal)?) throws -> OperationPlan { try plan(try knownModel(), seal: seal) }

    /// The result of `replant` as the server sends it.
    func reply(_ tree: String) throws -> [UInt8] {
        try bytes(#"{"returnValue":\#(tree)}"#) { (text, out) throws(JSONError) in
            try server.encodeResult(text, encoding: .v1_1, into: &out)
        }
    }

    /// The tree that a client is given by this gateway.
    func given(_ tree: String, by gateway: OperationPlan) throws -> String {
        let answer = try text(try reply(tree)) { (input, out) throws(MarshalError) in
            try gateway.decodeResult(input, encoding: .v1_1, into: &out)
        }
        return String(answer.dropFirst(#"{"returnValue":"#.utf8.count).dropLast())
    }

    /// The tree that the server gets when a client sends this one.
    func taken(_ tree: String, by gateway: OperationPlan) throws -> String {
        try received(
            bytes(#"{"tree":\#(tree)}"#) { (text, out) throws(JSONError) in
                try gateway.encodeArguments(text, encoding: .v1_1, into: &out)
            })
    }

    /// The tree in the bytes of a request.
    func received(_ request: [UInt8]) throws -> String {
        let arguments = try text(request) { (input, out) throws(MarshalError) in
            try server.decodeArguments(input, encoding: .v1_1, into: &out)
        }
        return String(arguments.dropFirst(#"{"tree":"#.utf8.count).dropLast())
    }

    private func bytes(
        _ json: String, _ encode: (UnsafeRawBufferPointer, inout OutputBuffer) throws(JSONError) -> Void
    ) throws -> [UInt8] {
        var out = OutputBuffer()
        try Array(json.utf8).withUnsafeBytes { try encode($0, &out) }
        return Array(out.bytes)
    }

    private func text(
        _ bytes: [UInt8], _ decode: (InputCursor, inout OutputBuffer) throws(MarshalError) -> Void
    ) throws -> String {
        var out = OutputBuffer()
        try bytes.withUnsafeBytes { try decode(InputCursor($0), &out) }
        return String(decoding: out.bytes, as: UTF8.self)
    }
}
