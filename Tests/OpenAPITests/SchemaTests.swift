import OpenAPI
import Slice
import Testing

@Suite("Schemas of Slice types")
struct SchemaTests {
    /// The schema of a member of that type.
    private func schema(
        _ type: String, _ definitions: String = "", options: OpenAPIOptions = OpenAPIOptions()
    ) throws -> (member: Node, document: Node) {
        let slice =
            "module M { interface I; class C; \(definitions) struct S { \(type) m; } interface I { void op(S s); } }"
        let root = try document(slice, options: options).root
        return (try root.at("components", "schemas", "M.S", "properties", "m"), root)
    }

    private static let floatingPoint: Node = ["type": "string", "enum": ["NaN", "Infinity", "-Infinity"]]

    @Test(
        "of the built-in types",
        arguments: [
            ("bool", ["type": "boolean"]),
            ("byte", ["type": "integer", "minimum": 0, "maximum": 255]),
            ("short", ["type": "integer", "minimum": -32768, "maximum": 32767]),
            ("int", ["type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647]),
            ("long", ["type": "string", "format": "int64", "pattern": "^(0|-?[1-9][0-9]{0,18})$"]),
            ("float", ["oneOf": [["type": "number", "format": "float"], floatingPoint]]),
            ("double", ["oneOf": [["type": "number", "format": "double"], floatingPoint]]),
            ("string", ["type": "string"]),
            ("Object*", ["type": ["string", "null"], "description": "A stringified proxy."]),
            ("I*", ["type": ["string", "null"], "description": "A stringified proxy to a `::M::I`."]),
        ] as [(String, Node)])
    func builtIn(type: String, expected: Node) throws {
        #expect(try schema(type).member == expected)
    }

    @Test("of long as a number, when so configured")
    func longAsNumber() throws {
        let options = OpenAPIOptions(long: .number)
        #expect(try schema("long", options: options).member == ["type": "integer", "format": "int64"])
        let model = "module M { struct S { long m = 5; } interface I { void op(S s); } }"
        #expect(
            try document(model, options: options).root.at("components", "schemas", "M.S", "properties", "m", "default")
                == 5)
    }

    @Test("of proxies, where they may be links")
    func proxyLinks() throws {
        let options = OpenAPIOptions(hasProxyLinks: true)
        let forms: Node = [
            ["type": ["string", "null"]],
            [
                "type": "object", "properties": ["@proxy": ["type": "string"], "href": ["type": "string"]],
                "required": ["href"], "additionalProperties": false,
            ],
        ]
        #expect(
            try schema("Object*", options: options).member
                == ["oneOf": forms, "description": "A stringified proxy, or a link to a service."])
        #expect(
            try schema("I*", options: options).member
                == ["oneOf": forms, "description": "A stringified proxy to a `::M::I`, or a link to a service."])
    }

    @Test(
        "of named types, as components",
        arguments: [
            ("enum T { red, green = 7 }", ["type": "string", "enum": ["red", "green"]]),
            ("sequence<string> T;", ["type": "array", "items": ["type": "string"]]),
            (
                "sequence<byte> T;",
                [
                    "type": "string", "contentEncoding": "base64",
                    "pattern":
                        "^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-][AQgw](==)?|[A-Za-z0-9+/_-]{2}[AEIMQUYcgkosw048](=)?)?$",
                ]
            ),
            ("dictionary<string, bool> T;", ["type": "object", "additionalProperties": ["type": "boolean"]]),
            (
                "dictionary<bool, string> T;",
                [
                    "type": "object", "propertyNames": ["enum": ["true", "false"]],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<byte, string> T;",
                [
                    "type": "object", "propertyNames": ["pattern": "^(0|[1-9][0-9]{0,2})$"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<short, string> T;",
                [
                    "type": "object", "propertyNames": ["pattern": "^(0|-?[1-9][0-9]{0,4})$"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<int, string> T;",
                [
                    "type": "object", "propertyNames": ["pattern": "^(0|-?[1-9][0-9]{0,9})$"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<long, string> T;",
                [
                    "type": "object", "propertyNames": ["pattern": "^(0|-?[1-9][0-9]{0,18})$"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "enum E { a } dictionary<E, string> T;",
                [
                    "type": "object", "propertyNames": ["$ref": "#/components/schemas/M.E"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "struct K { int a; } dictionary<K, string> T;",
                [
                    "type": "array",
                    "items": [
                        "type": "object",
                        "properties": ["key": ["$ref": "#/components/schemas/M.K"], "value": ["type": "string"]],
                        "required": ["key", "value"], "additionalProperties": false,
                    ],
                ]
            ),
            (
                "struct T { bool a; string b = \"x\"; }",
                [
                    "type": "object",
                    "properties": ["a": ["type": "boolean"], "b": ["type": "string", "default": "x"]],
                    "required": ["a"], "additionalProperties": false,
                ]
            ),
        ] as [(String, Node)])
    func named(definition: String, expected: Node) throws {
        let (member, root) = try schema("T", definition)
        #expect(member == ["$ref": "#/components/schemas/M.T"])
        #expect(try root.at("components", "schemas", "M.T") == expected)
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference) points nowhere") }
    }

    @Test(
        "with defaults as JSON has them",
        arguments: [
            ("bool", "true", true), ("byte", "7", 7), ("short", "-3", -3), ("int", "0x10", 16), ("long", "5", "5"),
            ("float", "0.1", .double(0.1)), ("double", "1e300", .double(1e300)), ("double", "3", .double(3)),
            ("string", "\"a\\\"b\"", "a\"b"), ("E", "b", "b"), ("int", "c", 42), ("string", "\"\"", ""),
        ] as [(String, String, Node)])
    func defaults(type: String, text: String, expected: Node) throws {
        let slice =
            "module M { enum E { a, b } const int c = 42; struct S { \(type) m = \(text); } interface I { void op(S s); } }"
        let schema = try document(slice).root.at("components", "schemas", "M.S")
        #expect(try schema.at("properties", "m", "default") == expected)
        #expect(schema["required"] == nil)
    }

    @Test("exceptions have their type and all members, their bases' first, and nothing is left out of an answer")
    func exceptions() throws {
        let root = try document(
            """
            module M {
                exception Base { string reason = "none"; optional(1) int code; }
                exception Derived extends Base { long amount; }
                interface I { void op() throws Derived; }
            }
            """
        ).root
        #expect(
            try root.at("components", "schemas", "M.Derived") == [
                "type": "object",
                "properties": [
                    "@type": ["const": "::M::Derived"], "reason": ["type": "string"],
                    "code": [
                        "type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647,
                    ],
                    "amount": ["type": "string", "format": "int64", "pattern": "^(0|-?[1-9][0-9]{0,18})$"],
                ],
                "required": ["@type", "reason", "amount"],
                "additionalProperties": false,
            ])
        #expect(root["components"]?["schemas"]?["M.Base"] == nil, "the base itself is not raised")
    }

    @Test("classes: any of the known ones, a reference or null; members of the bases first; optional ones not required")
    func classes() throws {
        let (member, root) = try schema(
            "C", "class C { string name; optional(1) int age; C next; } class D extends C { bool loud; }")
        #expect(
            member == [
                "anyOf": [
                    ["$ref": "#/components/schemas/M.C"], ["$ref": "#/components/schemas/M.D"],
                    ["$ref": "#/components/schemas/InstanceReference"], ["type": "null"],
                ]
            ])
        let derived = try root.at("components", "schemas", "M.D")
        #expect(
            try derived.at("properties").names == [
                "@type", "@id", "@slices", "@instances", "name", "age", "next", "loud",
            ])
        #expect(try derived.at("properties", "@type") == ["const": "::M::D"])
        #expect(try derived.at("required") == ["name", "next", "loud"])
        #expect(root["components"]?["schemas"]?["InstanceReference"] != nil)
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference) points nowhere") }
    }

    @Test("an instance of any class")
    func anyClass() throws {
        let (member, root) = try schema("Value")
        #expect(try member.at("anyOf", "0", "required") == ["@type"])
        #expect(try member.at("anyOf", "2") == ["type": "null"])
        #expect(root["components"]?["schemas"]?["InstanceReference"] != nil)
    }

    @Test("comments and deprecation of types, members and enumerators")
    func comments() throws {
        let (member, root) = try schema(
            "int z; /** What it costs. */ [\"deprecated:use z\"] T",
            """
            /**
             * Colours of things.
             *
             * Two of them.
             * @remarks Not all.
             * @deprecated Things have no colour.
             **/
            enum T { /** Like blood. */ red, green }
            """)
        #expect(
            member == [
                "$ref": "#/components/schemas/M.T", "description": "What it costs.\n\nDeprecated: use z",
                "deprecated": true,
            ])
        let type = try root.at("components", "schemas", "M.T")
        #expect(try type.at("deprecated") == true)
        guard case .string(let text) = try type.at("description") else { return }
        #expect(text.hasPrefix("Colours of things."))
        #expect(text.contains("\n\nNot all."))
        #expect(text.contains("Deprecated: Things have no colour."))
        #expect(text.hasSuffix("- `red`: Like blood."))
    }

    @Test("only types that a served operation reaches, in source order, nested modules with points")
    func reachable() throws {
        let slice = """
            module A {
                struct Unused { int a; }
                module B { enum Colour { red } sequence<Colour> Colours; }
                struct Late { int a; }
                struct Box { B::Colours colours; }
                interface I { Box used(); Late unsupported(); }
            }
            """
        let root = try document(slice, unsupported: ["unsupported"]).root
        #expect(
            try root.at("components", "schemas").names == ["A.B.Colour", "A.B.Colours", "A.Box", "Problem"])
        #expect(try root.at("paths").names == ["/i/used"])
    }

    @Test("objects are open when unknown members are ignored")
    func openObjects() throws {
        let (_, root) = try schema("int", options: OpenAPIOptions(allowsUnknownMembers: true))
        #expect(try root.at("components", "schemas", "M.S")["additionalProperties"] == nil)
        let body = try root.at("paths", "/i/op", "post", "requestBody", "content", "application/json", "schema")
        #expect(body["additionalProperties"] == nil)
        let result = try root.at("paths", "/i/op", "post", "responses", "200", "content", "application/json", "schema")
        #expect(result["additionalProperties"] == false, "what the gateway itself writes is known")
    }
}
