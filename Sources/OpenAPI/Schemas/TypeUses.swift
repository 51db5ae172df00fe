import Slice

/// What the routes of a document do with types: which of them look different in requests, which instances a body can hold twice.
struct TypeUses {
    private let model: SliceModel
    private let options: OpenAPIOptions
    private var reached: [Direction: Set<ScopedName>] = [.request: [], .response: []]
    private var differing: Set<ScopedName> = []
    /// Classes an instance of which can stand twice in one body.
    private(set) var shared: Set<ScopedName> = []
    /// Classes that come with slices the model doesn't know.
    private(set) var sliced: Set<ScopedName> = []

    init(_ routes: [OpenAPIRoute], model: SliceModel, options: OpenAPIOptions) {
        self.model = model
        self.options = options
        for route in routes {
            let operation = route.operation
            let results = (operation.result.map { [$0.type] } ?? []) + operation.outParameters.map(\.type)
            let requested = add(operation.inParameters.map(\.type), .request)
            var answered = add(results, .response)
            for exception in operation.exceptions {
                for name in [exception] + model.exceptionsDerived(from: exception) {
                    answered.formUnion(add(model.allMembers(ofException: name).map(\.type), .response))
                    reached[.response]?.insert(name)
                }
            }
            if isSliced(route) { sliced.formUnion(requested.union(answered).filter { model.classes[$0] != nil }) }
        }
        let all = (reached[.request] ?? []).union(reached[.response] ?? [])
        differing = all.filter { name in
            var seen: Set<ScopedName> = [name]
            children(of: name).forEach { reach($0, &seen) }
            return seen.contains(where: differsItself)
        }
    }

    /// Whether a type needs a schema of its own for requests.
    func isSplit(_ name: ScopedName) -> Bool {
        differing.contains(name) && Direction.allCases.allSatisfy { reached[$0]?.contains(name) == true }
    }

    /// Whether a value declared as this class can be a reference to an instance elsewhere.
    func allowsReference(to name: ScopedName) -> Bool {
        ([name] + model.classesDerived(from: name)).contains(where: shared.contains)
    }

    private func isSliced(_ route: OpenAPIRoute) -> Bool {
        let interface = model.interfaces[route.operation.interface]?.info
        return [route.operation.info, interface].contains {
            $0?.metadata.contains { $0.text == "format:sliced" } ?? false
        }
    }

    /// - Returns: what the body reaches.
    private mutating func add(_ body: [SliceType], _ direction: Direction) -> Set<ScopedName> {
        var seen: Set<ScopedName> = []
        body.forEach { reach($0, &seen) }
        reached[direction, default: []].formUnion(seen)
        var slots = InstanceSlots(model: model)
        body.forEach { slots.visit($0, many: false) }
        shared.formUnion(slots.shared)
        return seen
    }

    private func reach(_ type: SliceType, _ seen: inout Set<ScopedName>) {
        for name in model.names(in: type) where seen.insert(name).inserted {
            children(of: name).forEach { reach($0, &seen) }
        }
    }

    private func children(of name: ScopedName) -> [SliceType] {
        if let sequence = model.sequences[name] { return [sequence.element] }
        if let dictionary = model.dictionaries[name] { return [dictionary.key, dictionary.value] }
        return members(of: name).map(\.type)
    }

    private func members(of name: ScopedName) -> [DataMember] {
        if let definition = model.structs[name] { return definition.members }
        if model.classes[name] != nil { return model.allMembers(ofClass: name) }
        return model.exceptions[name] == nil ? [] : model.allMembers(ofException: name)
    }

    private func differsItself(_ name: ScopedName) -> Bool {
        members(of: name).contains { $0.tag != nil || $0.defaultValue != nil }
            || !options.hasSameProxiesBothWays && children(of: name).contains { $0.isProxy }
    }
}

extension SliceModel {
    /// The named types that a value of this type can be of.
    func names(in type: SliceType) -> [ScopedName] {
        switch type {
        case .enumeration(let name), .structure(let name), .sequence(let name), .dictionary(let name): [name]
        case .classInstance(let name): [name] + classesDerived(from: name)
        default: []
        }
    }
}

extension SliceType {
    fileprivate var isProxy: Bool {
        switch self {
        case .proxy, .anyProxy: true
        default: false
        }
    }
}
