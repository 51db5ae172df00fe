import OpenAPI
import Slice
import Testing

/// Compiles Slice text; fails the test with the diagnostics when it is not right.
func compile(_ slice: String) throws -> SliceModel {
    let compilation = SliceCompiler.compile(source: slice)
    return try #require(compilation.model, "\(compilation.diagnostics.map { "\($0.location): \($0.message)" })")
}

/// A route for every operation of every interface; services are named as the interface in lower case.
func routes(_ model: SliceModel, oneway: Set<String> = [], unsupported: Set<String> = []) -> [OpenAPIRoute] {
    model.order.flatMap { name -> [OpenAPIRoute] in
        let service = name.name.lowercased()
        guard model.interfaces[name] != nil else { return [] }
        return model.allOperations(of: name).map { operation in
            OpenAPIRoute(
                method: "POST", path: "/\(service)/\(operation.info.name)", service: service, interface: name,
                operation: operation, mode: oneway.contains(operation.info.name) ? .oneway : .twoway,
                unsupportedReason: unsupported.contains(operation.info.name) ? "not yet" : nil)
        }
    }
}

/// The document of all operations in a Slice text.
func document(
    _ slice: String, oneway: Set<String> = [], unsupported: Set<String> = [],
    options: OpenAPIOptions = OpenAPIOptions()
) throws -> OpenAPIDocument {
    let model = try compile(slice)
    return OpenAPIDocument.make(
        info: OpenAPIInfo(title: "Test", version: "1.0.0"),
        routes: routes(model, oneway: oneway, unsupported: unsupported), model: model, options: options)
}

extension Node {
    /// The node at a path of member names and indices; the test fails without it.
    func at(_ path: String..., sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> Node {
        var node = self
        for name in path {
            node = try #require(node[name], "no \(name) in \(path)", sourceLocation: sourceLocation)
        }
        return node
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }

    /// Every `$ref` below.
    var references: [String] {
        switch self {
        case .array(let elements): elements.flatMap(\.references)
        case .object(let members):
            members.flatMap { member -> [String] in
                if member.name == "$ref", case .string(let text) = member.value { return [text] }
                return member.value.references
            }
        default: []
        }
    }

    /// What a `$ref` of this document points at.
    func resolve(_ reference: String) -> Node? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(self) { node, name in node?[String(name)] }
    }
}
