import Slice

/// Puts a document together, route by route.
struct DocumentBuilder {
    private struct Path {
        var path: String
        var operations: [Node.Member] = []
    }

    private let options: OpenAPIOptions
    private let model: SliceModel
    private var schemas: SchemaBuilder
    private var shared: SharedComponents
    private var tags: [Node] = []
    private var services: Set<String> = []
    private var paths: [Path] = []
    /// Of a path in `paths`.
    private var pathIndices: [String: Int] = [:]
    private var operationIDs = OperationIDs()

    init(_ routes: [OpenAPIRoute], model: SliceModel, options: OpenAPIOptions) {
        self.model = model
        self.options = options
        schemas = SchemaBuilder(
            model: model, options: options, uses: TypeUses(routes, model: model, options: options))
        shared = SharedComponents(options)
    }

    mutating func add(_ route: OpenAPIRoute) {
        let index = pathIndices[route.path] ?? paths.count
        if index == paths.count {
            pathIndices[route.path] = index
            paths.append(Path(path: route.path))
        }
        let method = route.method.lowercased()
        guard !paths[index].operations.contains(where: { $0.name == method }) else { return }
        if services.insert(route.service).inserted { tags.append(tag(route)) }
        let operation = OperationBuilder(
            route: route, id: operationIDs.id(of: route), model: model, options: options)
        paths[index].operations.append(Node.Member(method, operation.build(&schemas, &shared)))
    }

    /// Adds what calls that outlive their requests are looked after with, when there can be some.
    mutating func addInvocations(of routes: [OpenAPIRoute]) {
        guard routes.contains(where: { $0.mode == .twoway }) else { return }
        var credentials: [OpenAPIRoute.Credential?] = OpenAPIRoute.Credential.allCases.filter { credential in
            routes.contains { $0.credentials.contains(credential) }
        }
        if !credentials.isEmpty, routes.contains(where: { $0.credentials.isEmpty }) { credentials.append(nil) }
        tags.append([
            "name": .string(InvocationPaths.tag),
            "description": "Calls that outlive their requests: `Prefer: respond-async`.",
        ])
        for (path, operations) in InvocationPaths(credentials: credentials).paths(&shared) {
            paths.append(Path(path: path, operations: operations))
        }
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
        document.add(list: "tags", tags)
        document.add("paths", .object(paths.map { Node.Member($0.path, .object($0.operations)) }))
        let components = shared.components(types: schemas.components())
        if !components.isEmpty { document.add("components", components.node) }
        return document.node
    }

    private func tag(_ route: OpenAPIRoute) -> Node {
        var tag = ObjectBuilder()
        tag.add("name", .string(route.service))
        tag.add(text: "description", model.interfaces[route.interface]?.info.fullDescription)
        tag.add("x-ice-interface", .string(route.interface.text))
        return tag.node
    }
}
