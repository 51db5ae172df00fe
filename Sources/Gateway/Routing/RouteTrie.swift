/// Finds values by method and path: segments are compared from the left, and a literal beats a variable.
///
/// Of all templates of the method that match a path, the one whose first segment that differs is a literal is found; so a
/// literal that leads nowhere does not hide a variable. Built once, then read by all.
struct RouteTrie<Value: Sendable>: Sendable {
    private struct Node: Sendable {
        /// Indices of nodes.
        var literals = PathTable<Int>()
        var variable: Int?
        var values = MethodTable<Value>()
        /// Nothing is below it, and no variable stands for it.
        var isClosed = false
    }

    private var nodes = [Node()]

    /// Keeps a first segment from being found, by variables, too.
    mutating func close(_ first: String) {
        nodes.append(Node(isClosed: true))
        _ = nodes[0].literals.insert(first, nodes.count - 1)
    }

    /// - Returns: false when there is a value for that method and shape already.
    mutating func insert(_ method: HTTPRequest.Method, _ template: PathTemplate, _ value: Value) -> Bool {
        var node = 0
        for segment in template.segments { node = child(of: node, segment) }
        guard nodes[node].values[method] == nil else { return false }
        nodes[node].values[method] = value
        return true
    }

    private mutating func child(of node: Int, _ segment: PathTemplate.Segment) -> Int {
        let next = nodes.count
        switch segment {
        case .variable:
            if let child = nodes[node].variable { return child }
            nodes[node].variable = next
        case .literal(let text):
            if let child = Array(text.utf8).withUnsafeBytes({ nodes[node].literals.find($0) }) { return child }
            _ = nodes[node].literals.insert(text, next)
        }
        nodes.append(Node())
        return next
    }
}

extension RouteTrie {
    // MARK: Finding

    /// What there is at a path. HEAD finds what GET does.
    func find(_ method: HTTPRequest.Method, _ path: UnsafeRawBufferPointer) -> RouteSearch<Value> {
        var methods = MethodSet()
        guard path.first == PathSegments.slash else { return .unknown }
        let rest = UnsafeRawBufferPointer(rebasing: path.dropFirst())
        if let value = find(method == .head ? .get : method, rest, below: 0, &methods) { return .found(value) }
        return methods.isEmpty ? .unknown : .otherMethods(methods)
    }

    /// - Parameters:
    ///   - rest: the path from a segment on.
    ///   - methods: gets those of the templates that match and have not the wanted one.
    private func find(
        _ method: HTTPRequest.Method, _ rest: UnsafeRawBufferPointer, below node: Int, _ methods: inout MethodSet
    ) -> Value? {
        let end = rest.firstIndex(of: PathSegments.slash)
        let segment = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.endIndex)])
        // Such a segment has no value for a variable, and no literal is empty.
        guard !segment.isEmpty else { return nil }
        let behind = end.map { UnsafeRawBufferPointer(rebasing: rest[($0 + 1)...]) }
        if let child = literal(segment, below: node) {
            if nodes[child].isClosed { return nil }
            if let value = find(method, behind, at: child, &methods) { return value }
        }
        guard let child = nodes[node].variable else { return nil }
        return find(method, behind, at: child, &methods)
    }

    private func find(
        _ method: HTTPRequest.Method, _ rest: UnsafeRawBufferPointer?, at node: Int, _ methods: inout MethodSet
    ) -> Value? {
        if let rest { return find(method, rest, below: node, &methods) }
        if let value = nodes[node].values[method] { return value }
        methods.formUnion(nodes[node].values.methods)
        return nil
    }

    private func literal(_ segment: UnsafeRawBufferPointer, below node: Int) -> Int? {
        guard segment.contains(UInt8(ascii: "%")) else { return nodes[node].literals.find(segment) }
        return PercentEncoding.decode(segment)?.withUnsafeBytes { nodes[node].literals.find($0) }
    }
}

/// What a search by method and path finds.
enum RouteSearch<Value> {
    case found(Value)
    /// The path is known, to other methods.
    case otherMethods(MethodSet)
    case unknown
}
