package import Slice

/// From where the parameters of an operation come at one route: path, query, body and fixed values. Compiled once.
package struct ArgumentBinding: Sendable {
    /// What the body of a request is.
    package enum Body: Sendable, Hashable {
        /// There is none: all parameters come from path and query.
        case none
        /// One object of the parameters that are not elsewhere; without a body it is as ``none``.
        case optional
        /// One object of the parameters that are not elsewhere.
        case rest
        /// The value of this parameter.
        case parameter(String)
        /// The bytes of this parameter, a `sequence<byte>`.
        case raw(String)

        /// The parameter that is the whole body.
        var parameter: String? {
            switch self {
            case .parameter(let name), .raw(let name): name
            default: nil
            }
        }
    }

    /// What is wrong with a route, as a sentence.
    package struct Problem: Error, Hashable, Sendable {
        package var message: String

        package init(_ message: String) { self.message = message }
    }

    package let plan: OperationPlan
    package let body: Body
    /// The names of all in-parameters.
    private let parameters: [String]
    /// In the order of the parameters.
    let trees: [ParameterTree]
    /// What the path sets of the parameter that is the whole body.
    let bodyTrees: [ParameterTree]
    /// What path and query may set, by index.
    let leaves: [ParameterLeaf]
    /// The leaf of each path variable, in the order in which values are given.
    let pathLeaves: [Int]
    /// `"name":value` for each fixed value.
    let fixed: [(name: String, text: [UInt8])]
    /// In-parameters that a query can't name.
    let unqueried: Set<String>

    /// - Parameters:
    ///   - pathVariables: names of parameters, or of members of them: `filter.name`.
    ///   - fixed: values by parameter, as JSON text.
    /// - Throws: ``Problem`` when a parameter would have no place to come from, or two.
    package init(
        _ operation: Operation, model: SliceModel, plan: OperationPlan, pathVariables: [String] = [],
        fixed: [String: String] = [:], body: Body
    ) throws(Problem) {
        self.plan = plan
        self.body = body
        self.parameters = operation.inParameters.map(\.info.name)
        let parameters = Dictionary(operation.inParameters.map { ($0.info.name, $0) }) { first, _ in first }
        for name in fixed.keys.sorted() where parameters[name] == nil {
            throw Problem("argument '\(name)' is no in-parameter of operation '\(operation.info.name)'")
        }
        if let name = body.parameter {
            guard let parameter = parameters[name] else {
                throw Problem("body '\(name)' is no in-parameter of operation '\(operation.info.name)'")
            }
            if case .raw = body, !model.isBytes(parameter.type) {
                throw Problem("raw body '\(name)' is not a sequence<byte>")
            }
            if fixed[name] != nil { throw Problem("parameter '\(name)' is both the body and fixed") }
        }
        var builder = ParameterTreeBuilder(model: model)
        var trees: [ParameterTree] = []
        var unqueried: Set<String> = []
        for parameter in operation.inParameters {
            let name = parameter.info.name
            if body.parameter != name, fixed[name] == nil, let tree = builder.tree(of: parameter) {
                trees.append(tree)
            } else {
                unqueried.insert(name)
            }
        }
        bodyTrees =
            body.parameter.flatMap { parameters[$0] }.flatMap { parameter in
                let prefix = parameter.info.name + "."
                return builder.trees(
                    of: parameter.type, path: prefix,
                    names: pathVariables.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) })
            } ?? []
        pathLeaves = try Self.place(pathVariables, operation, parameters, unqueried, &builder.leaves)
        self.trees = trees
        leaves = builder.leaves
        self.unqueried = unqueried
        self.fixed = fixed.sorted { $0.key < $1.key }.map { ($0.key, Array("\"\($0.key)\":\($0.value)".utf8)) }
        for (name, text) in fixed {
            do throws(JSONError) {
                try plan.checkArgument(name, text)
            } catch {
                throw Problem("argument '\(name)': \(error)")
            }
        }
        guard body != .rest, body != .optional else { return }
        for parameter in operation.inParameters where parameter.tag == nil {
            let name = parameter.info.name
            guard unqueried.contains(name), body.parameter != name, fixed[name] == nil else { continue }
            throw Problem(
                "parameter '\(name)' can't come from a query: only values of basic types and enums, sequences of them and structs of them can"
            )
        }
    }

    /// Of an operation that can't be called.
    package init(unsupported plan: OperationPlan) {
        self.plan = plan
        body = .rest
        parameters = []
        trees = []
        bodyTrees = []
        leaves = []
        pathLeaves = []
        fixed = []
        unqueried = []
    }

    /// Finds the leaf of each path variable, and takes it from the query.
    private static func place(
        _ variables: [String], _ operation: Operation, _ parameters: [String: Parameter], _ unqueried: Set<String>,
        _ leaves: inout [ParameterLeaf]
    ) throws(Problem) -> [Int] {
        var places: [Int] = []
        for name in variables {
            guard let index = leaves.firstIndex(where: { $0.name == name }) else {
                if parameters[name] == nil {
                    throw Problem(
                        "path variable '\(name)' is no in-parameter of operation '\(operation.info.name)'")
                }
                throw Problem(
                    unqueried.contains(name)
                        ? "path variable '\(name)' can't come from a path, or comes from elsewhere already"
                        : "path variable '\(name)' is not a basic type or an enum")
            }
            guard !leaves[index].isSequence else {
                throw Problem("path variable '\(name)' is a sequence; a path has one value only")
            }
            guard !leaves[index].isInPath else { throw Problem("path variable '\(name)' is in the path twice") }
            leaves[index].isInPath = true
            places.append(index)
        }
        return places
    }

    /// Names that a query may have.
    var queryNames: [String] { leaves.filter { !$0.isInPath }.map(\.name) }
}

extension ArgumentBinding {
    // MARK: For descriptions

    /// A name that path or query give a value to.
    package struct Input: Sendable {
        package var name: String
        package var isInPath: Bool
        /// Of the name: a sequence for one that may be repeated.
        package var type: SliceType
        package var isRequired: Bool
    }

    /// What belongs in path and query: what could be in the body as well is left out.
    package var inputs: [Input] {
        let inBody = Set(bodyParameters)
        return leaves.filter { leaf in leaf.isInPath || !inBody.contains(Self.root(leaf.name)) }.map { leaf in
            Input(name: leaf.name, isInPath: leaf.isInPath, type: leaf.type, isRequired: leaf.isRequired)
        }
    }

    /// The parameters that belong in the body, in their order.
    package var bodyParameters: [String] {
        switch body {
        case .none: []
        case .parameter(let name), .raw(let name): [name]
        case .optional: parameters.filter { name in unqueried.contains(name) && !isFixed(name) }
        case .rest:
            parameters.filter { name in
                !isFixed(name) && !leaves.contains { $0.isInPath && Self.root($0.name) == name }
            }
        }
    }

    private func isFixed(_ name: String) -> Bool { fixed.contains { $0.name == name } }

    private static func root(_ name: String) -> String {
        String(name.prefix { $0 != "." })
    }
}

extension SliceModel {
    /// Whether a type is a `sequence<byte>`.
    package func isBytes(_ type: SliceType) -> Bool {
        guard case .sequence(let name) = type else { return false }
        return sequences[name]?.element == .byte
    }
}
