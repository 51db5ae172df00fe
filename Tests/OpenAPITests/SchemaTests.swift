@testable import OpenAPI
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

    @Test(
        "of the built-in types",
        arguments: [
            ("bool", ["type": "boolean"]),
            ("byte", ["type": "integer", "minimum": 0, "maximum": 255]),
            ("short", ["type": "integer", "minimum": -32768, "maximum": 32767]),
            ("int", ["type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647]),
            ("long", ["$ref": "#/components/schemas/SliceLong"]),
            ("float", ["$ref": "#/components/schemas/SliceFloat"]),
            ("double", ["$ref": "#/components/schemas/SliceDouble"]),
            ("string", ["type": "string"]),
            ("Object*", ["const": nil, "description": "A proxy; this gateway takes none but null."]),
            ("I*", ["const": nil, "description": "A proxy to a `::M::I`; this gateway takes none but null."]),
        ] as [(String, Node)])
    func builtIn(type: String, expected: Node) throws {
        #expect(try schema(type).member == expected)
    }

    @Test("of long as a number, when so configured")
    func longAsNumber() throws {
        let options = OpenAPIOptions(long: .number)
        #expect(
            try schema("long", options: options).member == [
                "type": "integer", "format": "int64", "minimum": .int(.min), "maximum": .int(.max),
            ])
        let model = "module M { struct S { long m = 5; } interface I { void op(S s); } }"
        #expect(
            try document(model, options: options).root.at("components", "schemas", "M.S", "properties", "m", "default")
                == 5)
    }

    @Test("of Slice's numbers that need more than a keyword")
    func numbers() throws {
        let root = try schema("long", "struct More { float f; double d; } interface J { void op(More m); }").document
        let schemas = try root.at("components", "schemas")
        #expect(
            schemas.names.suffix(6) == ["SliceLong", "SliceFloat", "SliceDouble", "Sent", "Invocation", "Problem"]
                || schemas.names.suffix(5) == ["SliceLong", "SliceFloat", "SliceDouble", "Invocation", "Problem"])
        let words: Node = ["type": "string", "enum": ["NaN", "Infinity", "-Infinity"]]
        let limit = 3.402_823_5e38
        #expect(
            try schemas.at("SliceFloat", "oneOf") == [
                ["type": "number", "format": "float", "minimum": .double(-limit), "maximum": .double(limit)], words,
            ])
        #expect(try schemas.at("SliceDouble", "oneOf") == [["type": "number", "format": "double"], words])
    }

    @Test(
        "texts of integers are those in range, in canonical spelling",
        arguments: [(0, 255), (-32768, 32767), (-2_147_483_648, 2_147_483_647), (Int64.min, Int64.max), (0, 9)]
            as [(Int64, Int64)])
    func integerTexts(least: Int64, maximum: Int64) throws {
        let pattern = try Regex(IntegerPattern.text(from: least, to: maximum))
        for value in [
            least, least + 1, -1, 0, 1, 9, 10, 11, 99, 100, 199, 200, 249, 250, maximum / 3, maximum - 1, maximum,
        ]
        where value >= least && value <= maximum {
            #expect(try pattern.wholeMatch(in: String(value)) != nil, "\(value)")
        }
        let next = String(String(maximum).dropLast()) + "9"
        for text in ["", "-0", "00", "07", "+1", "1.0", "1e2", " 1", "-\(maximum)9", "\(maximum)0"]
            + (next == String(maximum) ? [] : [next]) + (least == 0 ? ["-1"] : [])
        {
            #expect(try pattern.wholeMatch(in: text) == nil, "\(text)")
        }
    }

    @Test("of proxies, which may be links, and of which requests may have fewer")
    func proxies() throws {
        let link: Node = [
            "type": "object", "properties": ["@proxy": ["type": "string"], "href": ["type": "string"]],
            "required": ["href"], "additionalProperties": false,
        ]
        let slice = "module M { interface I { Object* op(Object* p); } }"
        func schemas(_ options: OpenAPIOptions) throws -> (in: Node, out: Node) {
            let post = try document(slice, options: options).root.at("paths", "/i/op", "post")
            let body = try post.at("requestBody", "content", "application/json", "schema", "properties", "p")
            let result = try post.at("responses", "200", "content", "application/json", "schema", "properties")
            return (body, try result.at("returnValue"))
        }
        let text: Node = ["type": ["string", "null"], "description": "A stringified proxy."]
        let either: Node = ["oneOf": [["type": "string"], link, ["type": "null"]]]
        let closed = try schemas(OpenAPIOptions())
        #expect(try closed.in.at("const") == nil)
        #expect(closed.out == text)
        let links = try schemas(OpenAPIOptions(proxiesIn: .link, givesProxyLinks: true))
        #expect(try links.in.at("oneOf") == [link, ["type": "null"]])
        #expect(try links.out.at("oneOf") == either.at("oneOf"))
        #expect(try schemas(OpenAPIOptions(proxiesIn: .identity)).in.at("oneOf") == either.at("oneOf"))
        let open = try schemas(OpenAPIOptions(proxiesIn: .any))
        #expect(open.in == text && open.out == text)
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
                    "type": "object", "propertyNames": ["pattern": "^(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])$"],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<short, string> T;",
                [
                    "type": "object",
                    "propertyNames": ["pattern": .string(IntegerPattern.text(from: -32768, to: 32767))],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<int, string> T;",
                [
                    "type": "object",
                    "propertyNames": ["pattern": .string(IntegerPattern.text(from: -2_147_483_648, to: 2_147_483_647))],
                    "additionalProperties": ["type": "string"],
                ]
            ),
            (
                "dictionary<long, string> T;",
                [
                    "type": "object", "propertyNames": ["$ref": "#/components/schemas/SliceLong"],
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
                    "@type": ["type": "string", "const": "::M::Derived"], "reason": ["type": "string"],
                    "code": [
                        "type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647,
                    ],
                    "amount": ["$ref": "#/components/schemas/SliceLong"],
                ],
                "required": ["@type", "reason", "amount"],
                "additionalProperties": false,
            ])
        #expect(root["components"]?["schemas"]?["M.Base"] == nil, "the base itself is not raised")
    }

    @Test("classes: any of the known ones or null; members of the bases first; optional ones not required")
    func classes() throws {
        let (member, root) = try schema(
            "C", "class C { string name; optional(1) int age; } class D extends C { bool loud; }")
        #expect(member == ["anyOf": [["$ref": "#/components/schemas/M.C.Any"], ["type": "null"]]])
        #expect(
            try root.at("components", "schemas", "M.C.Any") == [
                "oneOf": [["$ref": "#/components/schemas/M.C"], ["$ref": "#/components/schemas/M.D"]],
                "discriminator": [
                    "propertyName": "@type",
                    "mapping": ["::M::C": "#/components/schemas/M.C", "::M::D": "#/components/schemas/M.D"],
                ],
            ])
        let derived = try root.at("components", "schemas", "M.D")
        #expect(try derived.at("properties").names == ["@type", "name", "age", "loud"])
        #expect(try derived.at("properties", "@type") == ["type": "string", "const": "::M::D"])
        #expect(try derived.at("required") == ["@type", "name", "loud"])
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference) points nowhere") }
    }

    @Test(
        "references stand where an instance can be met twice",
        arguments: [
            ("class C { int a; }", "C c", false), ("class C { int a; }", "C a, C b", true),
            ("class C { int a; } sequence<C> Cs;", "Cs cs", true),
            ("class C { int a; } dictionary<int, C> Cs; struct S { Cs m; }", "S s", true),
            ("class C { C next; }", "C c", true), ("class C { int a; } class D { C a; C b; }", "D d", true),
            ("class C { int a; } class D extends C { C other; }", "C c", true),
            ("class C { int a; } class E { int a; }", "C c, E e", false),
            ("class C { int a; } class D extends C { int b; }", "C c, D d", true),
            ("class C { int a; }", "C c, Value v", true), ("class C { int a; }", "Value v", false),
        ])
    func references(definitions: String, parameters: String, expected: Bool) throws {
        let root = try document("module M { \(definitions) interface I { void op(\(parameters)); } }").root
        let schemas = try root.at("components", "schemas")
        #expect((schemas["InstanceReference"] != nil) == expected)
        let hasIDs = schemas.names.contains { schemas[$0]?["properties"]?["@id"] != nil }
        let hasClasses = schemas.names.contains { schemas[$0]?["properties"]?["@type"] != nil }
        #expect(hasIDs == (expected && hasClasses))
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference) points nowhere") }
    }

    @Test("a mark with the name of a member is where generators don't make one property of both")
    func clashingMarks() throws {
        let root = try document(
            "module M { class C { int id; string type; C next; } interface I { void op(C c); } }"
        ).root
        let schema = try root.at("components", "schemas", "M.C")
        #expect(try schema.at("properties").names == ["id", "type", "next"])
        #expect(try schema.at("patternProperties").names == ["^@type$", "^@id$"])
        #expect(try schema.at("required") == ["@type", "id", "type", "next"])
    }

    @Test("a reference stands beside all classes that an instance can be of")
    func polymorphicReferences() throws {
        let root = try document(
            "module M { class C { C next; } class D extends C { int a; } interface I { void op(C c); } }"
        ).root
        #expect(
            try root.at("components", "schemas", "M.C.OrReference", "oneOf").references == [
                "#/components/schemas/M.C", "#/components/schemas/M.D", "#/components/schemas/InstanceReference",
            ])
    }

    @Test("slices that Slice doesn't know are there in the sliced format only")
    func slices() throws {
        for format in ["", "[\"format:sliced\"] "] {
            let root = try document("module M { class C { int a; } interface I { \(format)C op(); } }").root
            let names = try root.at("components", "schemas", "M.C", "properties").names
            #expect(names == (format.isEmpty ? ["@type", "a"] : ["@type", "@slices", "@instances", "a"]))
        }
    }

    @Test("a type has a schema of its own for requests when it looks different there")
    func directions() throws {
        let root = try document(
            """
            module M {
                struct Same { int a; }
                struct Given { int a = 1; int b; }
                struct Outer { Given given; Same same; }
                class C { optional(1) int a; }
                struct In { int a = 1; }
                interface I { Outer op(Outer o, C c, In i, optional(1) int n, out C d); }
            }
            """
        ).root
        let schemas = try root.at("components", "schemas")
        #expect(
            schemas.names.filter { $0.hasPrefix("M.") } == [
                "M.Same", "M.Given", "M.Given.Input", "M.Outer", "M.Outer.Input", "M.C", "M.C.Input", "M.In",
            ])
        #expect(try schemas.at("M.Given", "required") == ["a", "b"])
        #expect(try schemas.at("M.Given.Input", "required") == ["b"])
        #expect(try schemas.at("M.C", "properties", "a", "type") == "integer")
        #expect(try schemas.at("M.C.Input", "properties", "a", "type") == ["integer", "null"])
        let body = try root.at("paths", "/i/op", "post", "requestBody", "content", "application/json", "schema")
        #expect(try body.at("properties", "n", "type") == ["integer", "null"])
        #expect(try body.at("required") == ["o", "c", "i"])
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference) points nowhere") }
    }

    @Test("an instance of any class")
    func anyClass() throws {
        let (member, root) = try schema("Value")
        #expect(try member.at("oneOf", "0", "required") == ["@type"])
        #expect(try member.at("oneOf", "1") == ["type": "null"])
        #expect(root["components"]?["schemas"]?["InstanceReference"] == nil)
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
            try root.at("components", "schemas").names == [
                "A.B.Colour", "A.B.Colours", "A.Box", "Invocation", "Problem",
            ])
        #expect(try root.at("paths").names.first == "/i/used")
        #expect(try root.at("paths")["/i/unsupported"] == nil)
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
