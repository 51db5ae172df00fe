import IceEncoding
import Slice

/// Turns Slice types into the tables of a plan. Types used twice share a node.
struct PlanCompiler {
    /// Why a type can't be carried yet, as the end of a sentence: `uses class '::M::C'`.
    struct Unsupported: Error {
        var reason: String
    }

    private struct Key: Hashable {
        var type: SliceType
        var isText: Bool
    }

    private enum Progress {
        case open
        case done(Int32)
    }

    /// Types nested deeper than this could not be called within any sensible JSON depth.
    private static let deepest = 100

    let model: SliceModel
    let options: JSONOptions
    private var nodes: [PlanNode] = []
    private var members: [PlanMember] = []
    private var enumerators: [PlanEnumerator] = []
    private var text: [UInt8] = []
    private var progress: [Key: Progress] = [:]
    private var nesting = 0

    init(model: SliceModel, options: JSONOptions) {
        self.model = model
        self.options = options
    }

    func finish() -> PlanStore {
        PlanStore(nodes: nodes, members: members, enumerators: enumerators, text: text)
    }

    /// What a list of members is compiled from.
    struct Source {
        var name: String
        var type: SliceType
        var metadata: [Metadata] = []
        var defaultValue: ConstantValue?
    }

    mutating func memberList(_ sources: [Source]) throws(Unsupported) -> PlanMembers {
        var list: [PlanMember] = []
        for source in sources {
            let node = try self.node(source.type, metadata: source.metadata)
            var member = PlanMember(node: node, text: place(",\"\(source.name)\":"))
            if let value = source.defaultValue {
                member.defaultV11 = place(encoded(value, nodes[Int(node)], isV10: false))
                member.defaultV10 = place(encoded(value, nodes[Int(node)], isV10: true))
            }
            list.append(member)
        }
        let first = Int32(members.count)
        members += list
        return PlanMembers(first: first, count: Int32(list.count))
    }

    // MARK: Types

    private mutating func node(_ type: SliceType, metadata: [Metadata]) throws(Unsupported) -> Int32 {
        let isNumber = metadata.contains { $0.text == "http:json:number" }
        let key = Key(type: type, isText: type == .long && options.long == .string && !isNumber)
        switch progress[key] {
        case .done(let index): return index
        case .open: throw Unsupported(reason: "uses a type that contains itself")
        case nil: break
        }
        guard nesting < Self.deepest else { throw Unsupported(reason: "is nested too deeply") }
        progress[key] = .open
        nesting += 1
        defer { nesting -= 1 }
        var node = try compiled(type)
        node.isText = key.isText
        let index = Int32(nodes.count)
        nodes.append(node)
        progress[key] = .done(index)
        return index
    }

    private mutating func compiled(_ type: SliceType) throws(Unsupported) -> PlanNode {
        switch type {
        case .bool: return PlanNode(kind: .bool)
        case .byte: return PlanNode(kind: .byte)
        case .short: return PlanNode(kind: .short, minimumSize: 2, minimumSizeV10: 2)
        case .int: return PlanNode(kind: .int, minimumSize: 4, minimumSizeV10: 4)
        case .long: return PlanNode(kind: .long, minimumSize: 8, minimumSizeV10: 8)
        case .float: return PlanNode(kind: .float, minimumSize: 4, minimumSizeV10: 4)
        case .double: return PlanNode(kind: .double, minimumSize: 8, minimumSizeV10: 8)
        case .string: return PlanNode(kind: .string)
        case .enumeration(let name): return try enumeration(name)
        case .structure(let name): return try structure(name)
        case .sequence(let name): return try sequence(name)
        case .dictionary(let name): return try dictionary(name)
        case .anyClass: throw Unsupported(reason: "uses class '::Ice::Object'")
        case .classInstance(let name): throw Unsupported(reason: "uses class '\(name)'")
        case .anyProxy: throw Unsupported(reason: "uses proxy '::Ice::Object*'")
        case .proxy(let name): throw Unsupported(reason: "uses proxy '\(name)*'")
        }
    }

    private mutating func enumeration(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.enums[name] else { throw undefined(name) }
        let entries = definition.enumerators.map { PlanEnumerator(value: $0.value, text: place("\"\($0.info.name)\"")) }
        let byValue = entries.sorted { $0.value < $1.value }
        let byName = entries.sorted { left, right in
            if left.text.count != right.text.count { return left.text.count < right.text.count }
            return bytes(left.text).lexicographicallyPrecedes(bytes(right.text))
        }
        let first = Int32(enumerators.count)
        enumerators += byValue + byName
        let maximum = definition.maximumValue
        let width: UInt8 = maximum < 127 ? 1 : maximum < 32767 ? 2 : 4
        return PlanNode(
            kind: .enumeration, isDense: byValue.enumerated().allSatisfy { $0.offset == Int($0.element.value) },
            width: width, first: first, count: Int32(entries.count), minimumSize: 1, minimumSizeV10: Int32(width),
            name: place(name.text))
    }

    private mutating func structure(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.structs[name] else { throw undefined(name) }
        var sources: [Source] = []
        for member in definition.members {
            if member.tag != nil {
                throw Unsupported(reason: "uses the optional member '\(name)::\(member.info.name)'")
            }
            sources.append(Source(member))
        }
        let range = try memberList(sources)
        var node = PlanNode(kind: .structure, first: range.first, count: range.count)
        (node.minimumSize, node.minimumSizeV10) = minimumSizes(range)
        return node
    }

    private mutating func sequence(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.sequences[name] else { throw undefined(name) }
        if definition.element == .byte { return PlanNode(kind: .bytes) }
        let element = try node(definition.element, metadata: definition.elementMetadata)
        return PlanNode(kind: .sequence, value: element)
    }

    private mutating func dictionary(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.dictionaries[name] else { throw undefined(name) }
        switch definition.key {
        case .string, .bool, .byte, .short, .int, .long, .enumeration:
            let key = try node(definition.key, metadata: definition.keyMetadata)
            let value = try node(definition.value, metadata: definition.valueMetadata)
            return PlanNode(kind: .dictionary, key: key, value: value)
        case .structure:
            let range = try memberList([
                Source(name: "key", type: definition.key, metadata: definition.keyMetadata),
                Source(name: "value", type: definition.value, metadata: definition.valueMetadata),
            ])
            return PlanNode(kind: .pairs, first: range.first, count: range.count)
        default:
            throw Unsupported(reason: "uses '\(name)', whose key type can't be one")
        }
    }

    private func minimumSizes(_ range: PlanMembers) -> (Int32, Int32) {
        var sizes: (Int32, Int32) = (0, 0)
        for index in range.first..<range.first + range.count {
            let node = nodes[Int(members[Int(index)].node)]
            sizes.0 = sizes.0.addingSaturated(node.minimumSize)
            sizes.1 = sizes.1.addingSaturated(node.minimumSizeV10)
        }
        return (max(sizes.0, 1), max(sizes.1, 1))
    }

    private func undefined(_ name: ScopedName) -> Unsupported {
        Unsupported(reason: "uses '\(name)', which is not defined")
    }

    // MARK: Text and defaults

    private mutating func place(_ string: String) -> PlanText { place(Array(string.utf8)) }

    private mutating func place(_ bytes: [UInt8]) -> PlanText {
        let offset = Int32(text.count)
        text += bytes
        return PlanText(offset: offset, count: Int32(bytes.count))
    }

    private func bytes(_ run: PlanText) -> ArraySlice<UInt8> {
        text[Int(run.offset)..<Int(run.offset + run.count)]
    }

    private func encoded(_ value: ConstantValue, _ node: PlanNode, isV10: Bool) -> [UInt8] {
        var out = OutputBuffer(minimumCapacity: 16)
        switch (value, node.kind) {
        case (.bool(let value), _): out.append(value ? 1 : 0 as UInt8)
        case (.integer(let value), .byte): out.append(UInt8(truncatingIfNeeded: value))
        case (.integer(let value), .short): out.append(Int16(truncatingIfNeeded: value))
        case (.integer(let value), .int): out.append(Int32(truncatingIfNeeded: value))
        case (.integer(let value), .float): out.append(Float(value).bitPattern)
        case (.integer(let value), .double): out.append(Double(value).bitPattern)
        case (.integer(let value), _): out.append(value)
        case (.floating(let value), .float): out.append(Float(value).bitPattern)
        case (.floating(let value), _): out.append(value.bitPattern)
        case (.string(let value), _): out.appendString(value)
        case (.enumerator(_, let value), _): out.appendEnumerator(value, width: isV10 ? node.width : 0)
        }
        return Array(out.bytes)
    }
}

extension PlanCompiler.Source {
    init(_ member: DataMember) {
        self.init(
            name: member.info.name, type: member.type, metadata: member.info.metadata, defaultValue: member.defaultValue
        )
    }

    init(_ parameter: Parameter) {
        self.init(name: parameter.info.name, type: parameter.type, metadata: parameter.info.metadata)
    }
}

extension Int32 {
    fileprivate func addingSaturated(_ other: Int32) -> Int32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
