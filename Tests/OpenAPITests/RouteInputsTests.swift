import OpenAPI
import Slice
import Testing

@Suite("OpenAPI of bound routes")
struct RouteInputsTests {
    private static let slice = """
        module M {
            sequence<int> Ints;
            sequence<byte> Bytes;
            struct Book { string title; ["http:json:number"] long copies = 3; }
            interface Shelf {
                /**
                 * Finds.
                 * @param id Which.
                 **/
                Book find(long id, Ints ids, optional(1) string text, Bytes data, out int total);
                ["http:json:number"] optional(1) long count(["http:json:number"] long n);
                void put(long id);
            }
        }
        """

    private func operation(
        _ name: String, _ method: String, _ path: String, _ inputs: RouteInputs,
        options: OpenAPIOptions = OpenAPIOptions()
    ) throws -> (operation: Node, root: Node) {
        let model = try compile(Self.slice)
        let operation = try #require(
            model.allOperations(of: ScopedName("::M::Shelf")).first { $0.info.name == name })
        let route = OpenAPIRoute(
            method: method, path: path, service: "shelf", interface: ScopedName("::M::Shelf"), operation: operation,
            inputs: inputs)
        let root = OpenAPIDocument.make(
            info: OpenAPIInfo(title: "T", version: "1"), routes: [route], model: model, options: options
        ).root
        return (try root.at("paths", path, method.lowercased()), root)
    }

    @Test("values in path and query are parameters; what has all of them there has no body")
    func parameters() throws {
        let inputs = RouteInputs(
            parameters: [
                RouteInputs.Parameter(name: "id", isInPath: true, type: .long, isRequired: true),
                RouteInputs.Parameter(
                    name: "ids", isInPath: false, type: .sequence(ScopedName("::M::Ints")), isRequired: false),
                RouteInputs.Parameter(name: "text", isInPath: false, type: .string, isRequired: false),
                RouteInputs.Parameter(name: "filter.low", isInPath: false, type: .int, isRequired: true),
            ], body: .none)
        let (get, root) = try operation("find", "GET", "/v1/books/{id}", inputs)
        #expect(get["requestBody"] == nil)
        guard case .array(let parameters) = try get.at("parameters") else {
            Issue.record("no array")
            return
        }
        #expect(parameters.count == 6, "Ice-Timeout-Ms and Prefer are the last ones")
        #expect(
            parameters[0] == [
                "name": "id", "in": "path", "description": "Which.", "required": true,
                "schema": ["$ref": "#/components/schemas/SliceLong"],
            ])
        #expect(
            parameters[1] == ["name": "ids", "in": "query", "schema": ["$ref": "#/components/schemas/M.Ints"]])
        #expect(parameters[2] == ["name": "text", "in": "query", "schema": ["type": "string"]])
        #expect(try parameters[3].at("required") == true)
        for reference in root.references { #expect(root.resolve(reference) != nil, "\(reference)") }
    }

    @Test("a body is an object of the rest, one value, or bytes")
    func bodies() throws {
        let rest = try operation("find", "POST", "/a", RouteInputs(body: .members(["ids", "data"]))).operation
        let schema = try rest.at("requestBody", "content", "application/json", "schema")
        #expect(try schema.at("properties").names == ["ids", "data"])
        #expect(try schema.at("required") == ["ids", "data"])
        let whole = try operation("find", "POST", "/a", RouteInputs(body: .parameter("ids"))).operation
        #expect(
            try whole.at("requestBody", "content", "application/json", "schema") == [
                "$ref": "#/components/schemas/M.Ints"
            ])
        #expect(try whole.at("requestBody", "required") == true)
        let raw = try operation("find", "POST", "/a", RouteInputs(body: .bytes("data"))).operation
        #expect(try raw.at("requestBody", "content").names == ["application/octet-stream"])
    }

    @Test("an answer is one member, bytes, or nothing, with its status")
    func answers() throws {
        let (one, root) = try operation(
            "find", "POST", "/a", RouteInputs(body: .none, answer: .member("returnValue"), status: 201))
        #expect(
            try one.at("responses", "201", "content", "application/json", "schema") == [
                "$ref": "#/components/schemas/M.Book"
            ])
        #expect(try one.at("responses")["200"] == nil)
        #expect(
            try root.at("components", "schemas", "M.Book", "properties", "copies") == [
                "type": "integer", "format": "int64", "minimum": .int(.min), "maximum": .int(.max),
            ])
        let bytes = try operation("find", "POST", "/a", RouteInputs(body: .none, answer: .bytes("x"))).operation
        #expect(try bytes.at("responses", "200", "content").names == ["application/octet-stream"])
        let nothing = try operation("put", "POST", "/a", RouteInputs(body: .none, status: 204)).operation
        #expect(try nothing.at("responses", "204")["content"] == nil)
        let optional = try operation(
            "count", "POST", "/a", RouteInputs(body: .members(["n"]), answer: .member("returnValue"))
        ).operation
        #expect(
            try optional.at("responses", "200", "content", "application/json", "schema") == [
                "type": ["integer", "null"], "format": "int64", "minimum": .int(.min), "maximum": .int(.max),
            ])
        #expect(
            try optional.at("requestBody", "content", "application/json", "schema", "properties", "n") == [
                "type": "integer", "format": "int64", "minimum": .int(.min), "maximum": .int(.max),
            ])
    }

    @Test("what the path says of a body's struct is not in the body; path variables may have other names")
    func partlyInPath() throws {
        let slice = """
            module M {
                struct Inner { int a; int b = 2; }
                struct Outer { Inner inner; string text; }
                interface I { void put(Outer outer); }
            }
            """
        let model = try compile(slice)
        let operation = try #require(model.allOperations(of: ScopedName("::M::I")).first)
        let input = RouteInputs.Parameter(
            name: "outer.inner.a", isInPath: true, type: .int, isRequired: true, variable: "outer_inner_a")
        let route = OpenAPIRoute(
            method: "PUT", path: "/s/{id}/{outer_inner_a}", service: "s/{id}", interface: ScopedName("::M::I"),
            operation: operation, inputs: RouteInputs(parameters: [input], body: .parameter("outer")))
        let root = OpenAPIDocument.make(
            info: OpenAPIInfo(title: "T", version: "1"), routes: [route], model: model
        ).root
        let put = try root.at("paths", "/s/{id}/{outer_inner_a}", "put")
        #expect(try put.at("parameters", "0", "name") == "id")
        #expect(try put.at("parameters", "1", "name") == "outer_inner_a")
        let content = try put.at("requestBody", "content", "application/json")
        #expect(try content.at("schema", "properties").names == ["inner", "text"])
        #expect(try content.at("schema", "properties", "inner", "properties").names == ["b"])
        #expect(try content.at("schema", "required") == ["inner", "text"])
        #expect(try content.at("example") == ["inner": ["b": 2], "text": "text"])
    }

    @Test("header fields stand where they are taken")
    func headerFields() throws {
        let model = try compile(Self.slice)
        let operation = try #require(model.allOperations(of: ScopedName("::M::Shelf")).last)
        var route = OpenAPIRoute(
            method: "POST", path: "/a", service: "shelf", interface: ScopedName("::M::Shelf"), operation: operation)
        func names() throws -> [String] {
            let root = OpenAPIDocument.make(
                info: OpenAPIInfo(title: "T", version: "1"), routes: [route], model: model
            ).root
            guard case .array(let parameters) = try root.at("paths", "/a", route.method.lowercased(), "parameters")
            else { return [] }
            return parameters.compactMap { parameter in
                let shown = parameter["$ref"].flatMap { reference -> Node? in
                    if case .string(let text) = reference { root.resolve(text) } else { nil }
                }
                guard case .string(let name) = (shown ?? parameter)["name"] else { return nil }
                return name
            }
        }
        #expect(try names() == ["Ice-Timeout-Ms", "Prefer", "Idempotency-Key"])
        route.modes = ["twoway", "oneway"]
        route.facets = ["a%20b"]
        #expect(try names() == ["Ice-Timeout-Ms", "Ice-Mode", "Ice-Facet", "Prefer", "Idempotency-Key"])
        route.mode = .oneway
        #expect(try names() == ["Ice-Timeout-Ms", "Ice-Mode", "Ice-Facet", "Idempotency-Key"])
        route.method = "GET"
        #expect(try names() == ["Ice-Timeout-Ms", "Ice-Mode", "Ice-Facet"])
    }

    @Test("Ice-Context is there when some of it is allowed")
    func context() throws {
        let inputs = RouteInputs(body: .none)
        for takes in [true, false] {
            let options = OpenAPIOptions(contextKeys: takes ? ["locale", "token"] : [])
            let (call, root) = try operation("put", "POST", "/a", inputs, options: options)
            #expect(call.references.contains("#/components/parameters/Ice-Context") == takes)
            #expect((try root.at("components", "parameters")["Ice-Context"] != nil) == takes)
        }
    }
}
