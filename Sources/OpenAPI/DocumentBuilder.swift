import Slice

/// Puts a document together, route by route.
struct DocumentBuilder {
    private struct Path {
        var path: String
        var parameters: [Node]
        var operations: [Node.Member] = []
    }

    private let options: OpenAPIOptions
    private let model: SliceModel
    private var schemas: SchemaBuilder
    private var shared: SharedComponents
    private var tags: [(service: String, interface: ScopedName)] = []
    private var paths: [Path] = []
    /// Of a path in `paths`.
    private var pathIndices: [String: Int] = [:]
    private var operationIDs: Set<String> = []

    init(model: SliceModel, options: OpenAPIOptions) {
        self.model = model
        self.options = options
        schemas = SchemaBuilder(model: model, options: options)
        shared = SharedComponents(options)
    }

    mutating func add(_ route: OpenAPIRoute) {
        let index = pathIndices[route.path] ?? paths.count
        if index == paths.count {
            pathIndices[route.path] = index
            paths.append(Path(path: route.path, parameters: Self.parameters(ofPath: route.path)))
        }
        let method = route.method.lowercased()
        guard !paths[index].operations.contains(where: { $0.name == method }) else { return }
        if !tags.contains(where: { $0.service == route.service }) { tags.append((route.service, route.interface)) }
        let operation = OperationBuilder(route: route, id: operationID(of: route), model: model, options: options)
        paths[index].operations.append(Node.Member(method, operation.build(&schemas, &shared)))
    }

    func document(_ info: OpenAPIInfo) -> Node {
        var document = ObjectBuilder()
        document.add("openapi", "3.1.0")
        var about = ObjectBuilder()
        about.add("title", .string(info.title))
        about.add("version", .string(info.version))
        about.add(text: "description", info.description)
        document.add("info", about.node)
        if let url = info.serverURL { document.add("servers", [["url": .string(url)]]) }
        document.add(list: "tags", tags.map(tag))
        document.add(
            "paths",
            .object(
                paths.map { path in
                    var item = ObjectBuilder()
                    item.add(list: "parameters", path.parameters)
                    item.add(contentsOf: .object(path.operations))
                    return Node.Member(path.path, item.node)
                }))
        // Types refer to types: those first, so that all that is shared is known.
        let (types, usesInstanceReferences) = schemas.components()
        let components = shared.components(types: types, usesInstanceReferences: usesInstanceReferences)
        if !components.isEmpty { document.add("components", components.node) }
        return document.node
    }

    private func tag(service: String, interface: ScopedName) -> Node {
        var tag = ObjectBuilder()
        tag.add("name", .string(service))
        let definition = model.interfaces[interface]
        tag.add(text: "description", definition?.info.fullDescription)
        tag.add("x-ice-interface", .string(interface.text))
        return tag.node
    }

    /// The template variables of a path.
    private static func parameters(ofPath path: String) -> [Node] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }.map { segment in
            [
                "name": .string(String(segment.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
    }

    /// Letters, digits and `_` only, so that generators can make a function's name of it; unique.
    private mutating func operationID(of route: OpenAPIRoute) -> String {
        let plain = "\(route.service)_\(route.operation.info.name)".unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? Character(scalar) : "_"
        }
        let base = String(plain)
        var id = base
        var number = 1
        while !operationIDs.insert(id).inserted {
            number += 1
            id = "\(base)_\(number)"
        }
        return id
    }
}
