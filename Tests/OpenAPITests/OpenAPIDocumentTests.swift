import OpenAPI
import Slice
import Testing

@Suite("OpenAPI document")
struct OpenAPIDocumentTests {
    private let bank = """
        module Bank {
            exception Refused { string reason; }
            exception TooPoor extends Refused { long missing; }
            exception Closed {}
            /// Keeps money.
            interface Account {
                /**
                 * Moves money, e.g. a fee. Takes a while.
                 * @param to Who gets it.
                 * @param amount How much.
                 * @param left What is left.
                 * @return The receipt.
                 * @throws Refused Not today.
                 **/
                ["deprecated"] string transfer(string to, long amount, out long left) throws Refused, Closed;
                idempotent int balance();
                void ring(optional(1) int times);
            }
        }
        """

    private static let rows = [
        OpenAPIErrorRow(
            code: "user_exception", status: 422, type: "urn:t:user_exception", title: "User exception",
            dispatched: "yes", isRetryable: false),
        OpenAPIErrorRow(
            code: "connection_refused", status: 503, type: "urn:t:connection_refused", title: "Connection refused",
            dispatched: "no", isRetryable: true),
        OpenAPIErrorRow(
            code: "uri_too_long", status: 414, type: "urn:t:uri_too_long", title: "URI too long", dispatched: "no",
            isRetryable: false),
    ]

    @Test("what it says of itself; without a route there is nothing else")
    func info() throws {
        let empty = OpenAPIDocument.make(
            info: OpenAPIInfo(title: "T", version: "2", description: "D", serverURL: "http://h"), routes: [],
            model: SliceModel())
        #expect(
            empty.root == [
                "openapi": "3.1.0", "info": ["title": "T", "version": "2", "description": "D"],
                "servers": [["url": "http://h"]], "paths": [:],
            ])
    }

    @Test("an operation: id, tag, texts, deprecation, request")
    func operation() throws {
        let root = try document(bank).root
        #expect(
            try root.at("tags") == [
                ["name": "account", "description": "Keeps money.", "x-ice-interface": "::Bank::Account"],
                [
                    "name": "invocations",
                    "description": "Calls that outlive their requests: `Prefer: respond-async`.",
                ],
            ])
        let post = try root.at("paths", "/account/transfer", "post")
        #expect(try post.at("tags") == ["account"])
        #expect(try post.at("operationId") == "account_transfer")
        #expect(try post.at("summary") == "Moves money, e.g. a fee")
        #expect(try post.at("description") == "Moves money, e.g. a fee. Takes a while.")
        #expect(try post.at("deprecated") == true)
        #expect(try post.at("x-ice-idempotent") == false)
        #expect(try post.at("requestBody", "required") == true)
        let content = try post.at("requestBody", "content", "application/json")
        #expect(
            try content.at("schema") == [
                "type": "object",
                "properties": [
                    "to": ["type": "string", "description": "Who gets it."],
                    "amount": ["$ref": "#/components/schemas/SliceLong", "description": "How much."],
                ],
                "required": ["to", "amount"],
                "additionalProperties": false,
            ])
        #expect(try content.at("example") == ["to": "to", "amount": "1"])
        let other = try root.at("paths", "/account/balance", "post")
        #expect(other["deprecated"] == nil && other["summary"] == nil && other["description"] == nil)
        #expect(try other.at("x-ice-idempotent") == true)
    }

    @Test("no body is needed without in-parameters; optional ones may be absent")
    func emptyRequest() throws {
        let root = try document(bank).root
        let balance = try root.at("paths", "/account/balance", "post", "requestBody")
        #expect(try balance.at("required") == false)
        #expect(
            try balance.at("content", "application/json", "schema") == [
                "type": "object", "additionalProperties": false,
            ])
        #expect(try root.at("paths", "/account/ring", "post", "requestBody", "required") == false)
        let ring = try root.at("paths", "/account/ring", "post", "requestBody", "content", "application/json")
        #expect(ring["schema"]?["required"] == nil)
        #expect(try ring.at("example") == [:])
    }

    @Test("a result: the return value first, then the out-parameters; nothing for void")
    func result() throws {
        let root = try document(bank).root
        let content = try root.at(
            "paths", "/account/transfer", "post", "responses", "200", "content", "application/json")
        #expect(try content.at("schema", "properties").names == ["returnValue", "left"])
        #expect(try content.at("schema", "properties", "returnValue", "description") == "The receipt.")
        #expect(try content.at("schema", "properties", "left", "description") == "What is left.")
        #expect(try content.at("schema", "required") == ["returnValue", "left"])
        #expect(try content.at("example") == ["returnValue": "returnValue", "left": "1"])
        let nothing = try root.at("paths", "/account/ring", "post", "responses", "200", "content", "application/json")
        #expect(nothing == ["schema": ["type": "object", "additionalProperties": false], "example": [:]])
    }

    @Test("user exceptions: one of those declared and those derived from them")
    func userExceptions() throws {
        let root = try document(bank, options: OpenAPIOptions(errors: Self.rows)).root
        let responses = try root.at("paths", "/account/transfer", "post", "responses")
        let problem = try responses.at("422", "content", "application/problem+json")
        #expect(try problem.at("schema", "allOf", "0") == ["$ref": "#/components/schemas/Problem"])
        let special = try problem.at("schema", "allOf", "1")
        #expect(special["required"] == nil, "an Idempotency-Key of another request is a 422, too")
        let exception = try special.at("properties", "exception")
        #expect(
            try exception.at("oneOf").references == [
                "#/components/schemas/Bank.Refused", "#/components/schemas/Bank.TooPoor",
                "#/components/schemas/Bank.Closed",
            ])
        #expect(
            try exception.at("discriminator", "mapping", "::Bank::TooPoor") == "#/components/schemas/Bank.TooPoor")
        #expect(
            try problem.at("example") == [
                "type": "urn:t:user_exception", "title": "User exception", "status": 422,
                "detail": "the operation raised ::Bank::Refused", "code": "user_exception", "dispatched": "yes",
                "retryable": false,
                "instance": "/account/transfer", "exception": ["@type": "::Bank::Refused", "reason": "reason"],
            ])
        #expect(
            try responses.at("422", "description")
                == "User exception `::Bank::Refused`, `::Bank::TooPoor` or `::Bank::Closed`.\n\n- `::Bank::Refused`: Not today."
        )
        #expect(
            try root.at("paths", "/account/balance", "post", "responses", "422") == [
                "$ref": "#/components/responses/Problem422"
            ])
    }

    @Test("user exceptions by configured status, that of the nearest base; a shared status does not demand one")
    func exceptionStatuses() throws {
        let options = OpenAPIOptions(exceptionStatuses: ["::Bank::Refused": 409, "::Bank::Closed": 404])
        let root = try document(bank, options: options).root
        let responses = try root.at("paths", "/account/transfer", "post", "responses")
        #expect(
            responses.names == [
                "200", "202", "400", "403", "404", "406", "409", "413", "415", "422", "500", "501", "502", "503", "504",
                "default",
            ])
        #expect(try responses.at("404", "description") == "User exception `::Bank::Closed`.")
        let conflict = try responses.at("409", "content", "application/problem+json", "schema", "allOf", "1")
        #expect(conflict.references == ["#/components/schemas/Bank.Refused", "#/components/schemas/Bank.TooPoor"])
        #expect(try conflict.at("required") == ["exception"])
        let missing = try responses.at("404", "content", "application/problem+json", "schema", "allOf", "1")
        #expect(try missing.at("properties", "exception") == ["$ref": "#/components/schemas/Bank.Closed"])
        #expect(missing["required"] == nil)
    }

    @Test("oneway: 202 once sent, and only what can go wrong before")
    func oneway() throws {
        let root = try document(bank, oneway: ["ring"]).root
        let responses = try root.at("paths", "/account/ring", "post", "responses")
        #expect(responses.names == ["202", "400", "403", "406", "413", "415", "422", "503", "default"])
        let content = try responses.at("202", "content", "application/json")
        #expect(try content.at("example") == ["sent": true])
        #expect(try content.at("schema") == ["$ref": "#/components/schemas/Sent"])
        let sent = try root.at("components", "schemas", "Sent")
        #expect(try sent.at("properties", "sent") == ["type": "boolean", "const": true])
    }

    @Test("shared responses: the problem schema, Retry-After, the rows of the error table as examples")
    func errors() throws {
        let root = try document(bank, options: OpenAPIOptions(errors: Self.rows)).root
        let unavailable = try root.at("components", "responses", "Problem503")
        #expect(try unavailable.at("headers").names == ["Retry-After"])
        let content = try unavailable.at("content", "application/problem+json")
        #expect(try content.at("schema") == ["$ref": "#/components/schemas/Problem"])
        #expect(
            try content.at("examples") == [
                "connection_refused": [
                    "value": [
                        "type": "urn:t:connection_refused", "title": "Connection refused", "status": 503,
                        "detail": "Connection refused", "code": "connection_refused", "dispatched": "no",
                        "retryable": true,
                    ]
                ]
            ])
        let other = try root.at("components", "responses", "Problem", "content", "application/problem+json")
        #expect(try other.at("examples").names == ["uri_too_long"])
        let problem = try root.at("components", "schemas", "Problem")
        #expect(try problem.at("properties", "dispatched", "enum") == ["no", "maybe", "yes"])
        #expect(
            try problem.at("properties").names == [
                "type", "title", "status", "detail", "code", "dispatched", "retryable", "instance", "iceException",
                "replyStatus", "operation", "identity", "facet", "pointer",
            ])
    }

    @Test("every reference points at something, whatever is served")
    func references() throws {
        for oneway in [[], ["ring"]] as [Set<String>] {
            for unsupported in [[], ["transfer", "balance"], ["ring"], ["transfer", "balance", "ring"]] as [Set<String>]
            {
                let root = try document(bank, oneway: oneway, unsupported: unsupported).root
                for reference in root.references {
                    #expect(root.resolve(reference) != nil, "\(reference) points nowhere")
                }
                let used = Set(root.references)
                for response in root["components"]?["responses"]?.names ?? [] {
                    #expect(used.contains("#/components/responses/\(response)"), "\(response) is used by nobody")
                }
            }
        }
    }

    @Test("operation ids are names that any language can spell, and unique; path variables are parameters")
    func operationIDs() throws {
        let model = try compile(bank)
        let operation = try #require(model.allOperations(of: ScopedName("::Bank::Account")).first)
        func route(_ service: String, _ path: String, method: String = "POST") -> OpenAPIRoute {
            OpenAPIRoute(
                method: method, path: path, service: service, interface: ScopedName("::Bank::Account"),
                operation: operation)
        }
        let root = OpenAPIDocument.make(
            info: OpenAPIInfo(title: "T", version: "1"),
            routes: [
                route("a-b", "/a-b/transfer"), route("a.b", "/a.b/transfer"), route("s/{id}", "/s/{id}/transfer"),
                route("a-b", "/a-b/transfer", method: "PUT"), route("again", "/a-b/transfer"),
            ], model: model
        ).root
        #expect(
            try root.at("paths").names == [
                "/a-b/transfer", "/a.b/transfer", "/s/{id}/transfer", "/invocations/{id}", "/invocations/{id}/result",
            ])
        func id(_ path: String, _ method: String) throws -> Node { try root.at("paths", path, method, "operationId") }
        #expect(try id("/a-b/transfer", "post") == "a_b_transfer")
        #expect(try id("/a.b/transfer", "post") == "a_b_transfer_post")
        #expect(try id("/s/{id}/transfer", "post") == "s_transfer")
        #expect(try id("/a-b/transfer", "put") == "a_b_transfer_put")
        #expect(
            try root.at("paths", "/s/{id}/transfer", "post", "parameters", "0") == [
                "name": "id", "in": "path",
                "description": "Says which object is called: part of its identity.", "required": true,
                "schema": ["type": "string", "minLength": 1],
            ])
        #expect(try root.at("tags").references.isEmpty)
        guard case .array(let tags) = try root.at("tags") else { return }
        #expect(tags.count == 4, "the second route at one place is left out, its tag too")
    }

    @Test(
        "the summary is the first sentence",
        arguments: [
            ("Does it.", "Does it"), ("Does it. And more.", "Does it"), ("Does it", "Does it"),
            ("Adds 1.5 and 2.5. Fast.", "Adds 1.5 and 2.5"), ("Calls e.g. this. That.", "Calls e.g. this"),
            ("Why? Because.", "Why?"), ("Waits... forever", "Waits... forever"), ("Go! Now.", "Go!"),
        ])
    func summary(comment: String, expected: String) throws {
        let root = try document("module M { interface I { /** \(comment) */ void op(); } }").root
        #expect(try root.at("paths", "/i/op", "post", "summary") == .string(expected))
    }

    @Test("examples: nested types, and none where it would be a data dump")
    func examples() throws {
        let slice = """
            module M {
                enum Colour { red, green }
                struct Key { int a; string b; }
                sequence<byte> Bytes; sequence<Colour> Colours; dictionary<Key, Bytes> ByKey; dictionary<int, bool> ByInt;
                dictionary<Colour, double> ByColour; dictionary<bool, string> ByBool; dictionary<long, float> ByLong;
                class Node; sequence<Node> Nodes; class Node { string name; Nodes children; Node parent; }
                struct All {
                    bool yes; Colours colours; ByKey byKey; ByInt byInt; ByColour byColour; ByBool byBool; ByLong byLong;
                    Node tree; Object* proxy; int given = 12; Value any;
                }
                struct S1 { int a; int b; int c; int d; } struct S2 { S1 a; S1 b; S1 c; S1 d; }
                struct S3 { S2 a; S2 b; S2 c; S2 d; } struct Dump { S3 a; S3 b; S3 c; S3 d; }
                interface I { void op(All all); void dump(Dump dump); }
            }
            """
        let root = try document(slice).root
        #expect(
            try root.at("paths", "/i/op", "post", "requestBody", "content", "application/json", "example", "all") == [
                "yes": true, "colours": ["red"], "byKey": [["key": ["a": 1, "b": "b"], "value": "AQID"]],
                "byInt": ["1": true], "byColour": ["red": .double(1.5)], "byBool": ["true": "value"],
                "byLong": ["1": .double(1.5)],
                "tree": ["@type": "::M::Node", "name": "name", "children": [], "parent": nil],
                "proxy": nil, "given": 12, "any": nil,
            ])
        let dump = try root.at("paths", "/i/dump", "post", "requestBody", "content", "application/json")
        #expect(dump.names == ["schema"])
    }

    @Test("types that stand in one another twice, and deep ones, have schemas in no time, and no example")
    func nested() throws {
        let twice = (1...40).map { "struct D\($0) { D\($0 - 1) a; D\($0 - 1) b; }" }.joined(separator: "\n")
        let once = (1...70).map { "struct E\($0) { E\($0 - 1) e; }" }.joined(separator: "\n")
        let root = try document(
            """
            module M {
                class C { C next; } struct D0 { C c; }
                \(twice)
                struct E0 { C c; }
                \(once)
                interface I { void twice(D40 value); void deep(E70 value); }
            }
            """
        ).root
        for name in ["twice", "deep"] {
            let content = try root.at("paths", "/i/\(name)", "post", "requestBody", "content", "application/json")
            #expect(content.names == ["schema"])
        }
        #expect(try root.at("components", "schemas", "M.D0", "properties", "c").references.count == 1)
        #expect(root["components"]?["schemas"]?.names.contains("InstanceReference") == true)
    }

    @Test("the same input gives the same bytes")
    func stable() throws {
        let first = try document(bank)
        for _ in 0..<5 {
            #expect(try document(bank).yaml() == first.yaml())
            #expect(try document(bank).json() == first.json())
        }
    }

    @Test("YAML and JSON say the same")
    func bothFormats() throws {
        let document = try document(bank, options: OpenAPIOptions(errors: Self.rows))
        #expect(try Node.parse(yaml: document.yaml()) == document.root)
        #expect(try Node.parse(yaml: document.json()) == document.root)
    }
}
