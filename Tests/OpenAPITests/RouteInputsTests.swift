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
        #expect(parameters.count == 6)
        #expect(
            parameters[0] == [
                "name": "id", "in": "path", "description": "Which.", "required": true,
                "schema": ["type": "string", "format": "int64", "pattern": "^(0|-?[1-9][0-9]{0,18})$"],
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
                "type": "integer", "format": "int64", "default": 3,
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
                "anyOf": [["type": "integer", "format": "int64"], ["type": "null"]]
            ])
        #expect(
            try optional.at("requestBody", "content", "application/json", "schema", "properties", "n") == [
                "type": "integer", "format": "int64",
            ])
    }

    @Test("Ice-Context is there when some of it is allowed")
    func context() throws {
        let inputs = RouteInputs(body: .none)
        for takes in [true, false] {
            let (call, root) = try operation("put", "POST", "/a", inputs, options: OpenAPIOptions(takesContext: takes))
            #expect(call.references.contains("#/components/parameters/Ice-Context") == takes)
            #expect((try root.at("components", "parameters")["Ice-Context"] != nil) == takes)
        }
    }
}
