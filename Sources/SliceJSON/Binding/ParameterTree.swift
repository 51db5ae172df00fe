import Slice

/// A parameter, or a member of one, that path and query can set.
indirect enum ParameterTree: Sendable {
    /// One value: the index of its leaf.
    case value(key: [UInt8], leaf: Int, isOptional: Bool)
    case structure(key: [UInt8], members: [ParameterTree], isOptional: Bool)

    /// Absent is unset, which is not the same as empty.
    var isOptional: Bool {
        switch self {
        case .value(_, _, let isOptional), .structure(_, _, let isOptional): isOptional
        }
    }

    /// Whether a text was given for any of it.
    func isGiven(in values: ArgumentTexts) -> Bool {
        switch self {
        case .value(_, let leaf, _): values.isGiven(leaf)
        case .structure(_, let members, _): members.contains { $0.isGiven(in: values) }
        }
    }
}

/// One name that a path or a query may give a value to.
struct ParameterLeaf: Sendable {
    /// How text becomes JSON.
    enum Text: Sendable {
        /// `true` and `false` as they are, all else as a string.
        case bool
        /// JSON numbers as they are, all else as a string.
        case number
        /// A string: also enumerators and base64.
        case string
    }

    /// `filter.name`
    var name: String
    var utf8: [UInt8]
    var text: Text
    /// Each occurrence is an element.
    var isSequence: Bool
    var type: SliceType
    var isRequired: Bool
    var isInPath = false
}

/// Finds what of an operation's parameters a query can name.
struct ParameterTreeBuilder {
    /// Structs may nest so deep, and all parameters together have so many names.
    private static let deepest = 8
    private static let most = 256

    let model: SliceModel
    var leaves: [ParameterLeaf] = []

    init(model: SliceModel) { self.model = model }

    /// Nil for types that a query can't carry.
    mutating func tree(of parameter: Parameter) -> ParameterTree? {
        let count = leaves.count
        let tree = tree(
            parameter.info.name, parameter.type, path: "", isOptional: parameter.tag != nil, hasDefault: false, depth: 0
        )
        // A struct may have got some names before it turned out to be none.
        if tree == nil { leaves.removeLast(leaves.count - count) }
        return tree
    }

    /// Those of the members of a struct that are named; a name may reach further: `range.low`. Nil when there is none of
    /// such a name.
    mutating func trees(of type: SliceType, path: String, names: [Substring]) -> [ParameterTree]? {
        guard !names.isEmpty else { return [] }
        guard case .structure(let structure) = type, let definition = model.structs[structure] else { return nil }
        var result: [ParameterTree] = []
        for member in definition.members {
            let name = member.info.name
            let prefix = name + "."
            if names.contains(name[...]) {
                guard
                    let tree = tree(
                        name, member.type, path: path, isOptional: false, hasDefault: false, depth: Self.deepest)
                else { return nil }
                result.append(tree)
            }
            let inner = names.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
            guard !inner.isEmpty else { continue }
            guard let members = trees(of: member.type, path: path + prefix, names: inner) else { return nil }
            result.append(.structure(key: Array("\"\(name)\":".utf8), members: members, isOptional: false))
        }
        return result
    }

    private mutating func tree(
        _ name: String, _ type: SliceType, path: String, isOptional: Bool, hasDefault: Bool, depth: Int
    ) -> ParameterTree? {
        let key = Array("\"\(name)\":".utf8)
        let path = path + name
        if let text = text(of: type) {
            return leaf(key, path, text, type, isOptional, isSequence: false, isRequired: !isOptional && !hasDefault)
        }
        switch type {
        case .sequence(let sequence):
            guard let element = model.sequences[sequence]?.element, let text = text(of: element) else { return nil }
            return leaf(key, path, text, type, isOptional, isSequence: true, isRequired: false)
        case .structure(let structure):
            guard depth < Self.deepest, let definition = model.structs[structure] else { return nil }
            var members: [ParameterTree] = []
            for member in definition.members {
                guard
                    let tree = tree(
                        member.info.name, member.type, path: path + ".", isOptional: false,
                        hasDefault: member.defaultValue != nil || isOptional, depth: depth + 1)
                else { return nil }
                members.append(tree)
            }
            return .structure(key: key, members: members, isOptional: isOptional)
        default: return nil
        }
    }

    private mutating func leaf(
        _ key: [UInt8], _ path: String, _ text: ParameterLeaf.Text, _ type: SliceType, _ isOptional: Bool,
        isSequence: Bool, isRequired: Bool
    ) -> ParameterTree? {
        guard leaves.count < Self.most else { return nil }
        leaves.append(
            ParameterLeaf(
                name: path, utf8: Array(path.utf8), text: text, isSequence: isSequence, type: type,
                isRequired: isRequired))
        return .value(key: key, leaf: leaves.count - 1, isOptional: isOptional)
    }

    private func text(of type: SliceType) -> ParameterLeaf.Text? {
        switch type {
        case .bool: .bool
        case .byte, .short, .int, .long, .float, .double: .number
        case .string, .enumeration: .string
        case .sequence: model.isBytes(type) ? .string : nil
        default: nil
        }
    }
}
