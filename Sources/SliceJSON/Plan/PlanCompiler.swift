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
    private let carriesProxies: Bool
    var parts = PlanParts()
    private var progress: [Key: Progress] = [:]
    private var nesting = 0
    /// Indexes in ``PlanParts/classes`` and ``PlanParts/exceptions``.
    var classes: [ScopedName: Int32] = [:]
    var exceptions: [ScopedName: Int32] = [:]
    /// Why a definition can't be carried.
    var problems: [ScopedName: String] = [:]

    /// Compiles all classes and exceptions: any of them may stand where a base is declared.
    init(model: SliceModel, options: JSONOptions, carriesProxies: Bool) {
        self.model = model
        self.options = options
        self.carriesProxies = carriesProxies
        let classNames = model.classes.keys.sorted().filter {
            model.classes[$0].map { !$0.isLocal && !$0.isDeclaredOnly } ?? false
        }
        // Ice 3.7 passes interfaces by value: an instance that has the type ID of one, and no members.
        let valueNames = model.interfaces.keys.sorted().filter {
            model.classes[$0] == nil && model.interfaces[$0].map { !$0.isLocal } ?? false
        }
        for (index, name) in (classNames + valueNames).enumerated() { classes[name] = Int32(index) }
        let exceptionNames = model.exceptions.keys.sorted()
        for (index, name) in exceptionNames.enumerated() { exceptions[name] = Int32(index) }
        for name in classNames {
            let entry = definition(name, chain(name) { model.classes[$0].map { ($0.members, $0.compactID, $0.base) } })
            parts.classes.entries.append(entry)
            parts.classes.names.append(name.text)
        }
        for name in valueNames {
            parts.classes.entries.append(definition(name, [(name, [], nil)]))
            parts.classes.names.append(name.text)
        }
        for name in exceptionNames {
            let entry = definition(name, chain(name) { model.exceptions[$0].map { ($0.members, nil, $0.base) } })
            parts.exceptions.entries.append(entry)
            parts.exceptions.names.append(name.text)
        }
    }

    func finish() -> PlanStore { PlanStore(parts) }

    /// What a list of members is compiled from.
    struct Source {
        var name: String
        var type: SliceType
        var metadata: [Metadata] = []
        var tag: Int32?
        var defaultValue: ConstantValue?
    }

    mutating func memberList(_ sources: [Source]) throws(Unsupported) -> PlanMembers {
        try memberLists([sources]).first ?? PlanMembers()
    }

    /// Compiles several lists whose members stand side by side.
    mutating func memberLists(_ lists: [[Source]]) throws(Unsupported) -> [PlanMembers] {
        var compiled: [[PlanMember]] = []
        for sources in lists {
            var list: [PlanMember] = []
            for source in sources { list.append(try member(source)) }
            compiled.append(list)
        }
        return compiled.map { list in
            let first = Int32(parts.members.count)
            let firstTagged = Int32(parts.tagged.count)
            let tagged = list.indices.filter { list[$0].tag >= 0 }.sorted { list[$0].tag < list[$1].tag }
            parts.members += list
            parts.tagged += tagged.map { first + Int32($0) }
            return PlanMembers(
                first: first, count: Int32(list.count), firstTagged: firstTagged, taggedCount: Int32(tagged.count),
                usesClasses: list.contains { $0.tag < 0 && parts.nodes[Int($0.node)].usesClasses })
        }
    }

    private mutating func member(_ source: Source) throws(Unsupported) -> PlanMember {
        let index = try node(source.type, metadata: source.metadata)
        let node = parts.nodes[Int(index)]
        var member = PlanMember(node: index, text: place(",\"\(source.name)\":"))
        if let tag = source.tag {
            member.tag = tag
            member.format = format(node)
        } else if let value = source.defaultValue {
            member.defaultV11 = place(encoded(value, node, isV10: false))
            member.defaultV10 = place(encoded(value, node, isV10: true))
        }
        return member
    }

    /// How an optional value of the type is laid out.
    private func format(_ node: PlanNode) -> TaggedFormat {
        switch node.kind {
        case .bool, .byte: .f1
        case .short: .f2
        case .int, .float: .f4
        case .long, .double: .f8
        case .enumeration: .size
        case .string, .bytes: .vSize
        case .structure: node.isFixed ? .vSize : .fSize
        case .sequence: parts.nodes[Int(node.value)].isFixed ? .vSize : .fSize
        case .dictionary:
            parts.nodes[Int(node.key)].isFixed && parts.nodes[Int(node.value)].isFixed ? .vSize : .fSize
        case .pairs:
            (node.first..<node.first + node.count).allSatisfy {
                parts.nodes[Int(parts.members[Int($0)].node)].isFixed
            } ? .vSize : .fSize
        case .proxy: .fSize
        case .instance: .instance
        }
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
        var node: PlanNode
        do throws(Unsupported) {
            node = try compiled(type)
        } catch {
            progress[key] = nil
            throw error
        }
        node.isText = key.isText
        let index = Int32(parts.nodes.count)
        parts.nodes.append(node)
        progress[key] = .done(index)
        return index
    }

    private mutating func compiled(_ type: SliceType) throws(Unsupported) -> PlanNode {
        switch type {
        case .bool: return PlanNode(kind: .bool, isFixed: true)
        case .byte: return PlanNode(kind: .byte, isFixed: true)
        case .short: return PlanNode(kind: .short, isFixed: true, minimumSize: 2, minimumSizeV10: 2)
        case .int: return PlanNode(kind: .int, isFixed: true, minimumSize: 4, minimumSizeV10: 4)
        case .long: return PlanNode(kind: .long, isFixed: true, minimumSize: 8, minimumSizeV10: 8)
        case .float: return PlanNode(kind: .float, isFixed: true, minimumSize: 4, minimumSizeV10: 4)
        case .double: return PlanNode(kind: .double, isFixed: true, minimumSize: 8, minimumSizeV10: 8)
        case .string: return PlanNode(kind: .string)
        case .enumeration(let name): return try enumeration(name)
        case .structure(let name): return try structure(name)
        case .sequence(let name): return try sequence(name)
        case .dictionary(let name): return try dictionary(name)
        case .anyClass: return instance(-1)
        case .classInstance(let name):
            guard let index = classes[name] else {
                let isDeclared = model.classes[name].map { $0.isDeclaredOnly } ?? false
                throw isDeclared
                    ? Unsupported(reason: "uses class '\(name)', which no file defines, only declares")
                    : undefined(name)
            }
            return instance(index)
        case .anyProxy: return try proxy("::Ice::Object")
        case .proxy(let name): return try proxy(name.text)
        }
    }

    private func instance(_ index: Int32) -> PlanNode {
        PlanNode(kind: .instance, usesClasses: true, first: index, minimumSize: 1, minimumSizeV10: 4)
    }

    private mutating func proxy(_ name: String) throws(Unsupported) -> PlanNode {
        guard carriesProxies else { throw Unsupported(reason: "uses proxy '\(name)*'") }
        return PlanNode(kind: .proxy, minimumSize: 2, minimumSizeV10: 2, name: place(name))
    }

    private mutating func enumeration(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.enums[name] else { throw undefined(name) }
        let entries = definition.enumerators.map { PlanEnumerator(value: $0.value, text: place("\"\($0.info.name)\"")) }
        let byValue = entries.sorted { $0.value < $1.value }
        let byName = entries.sorted { left, right in
            if left.text.count != right.text.count { return left.text.count < right.text.count }
            return bytes(left.text).lexicographicallyPrecedes(bytes(right.text))
        }
        let first = Int32(parts.enumerators.count)
        parts.enumerators += byValue + byName
        let maximum = definition.maximumValue
        let width: UInt8 = maximum < 127 ? 1 : maximum < 32767 ? 2 : 4
        return PlanNode(
            kind: .enumeration, isDense: byValue.enumerated().allSatisfy { $0.offset == Int($0.element.value) },
            width: width, first: first, count: Int32(entries.count), minimumSize: 1, minimumSizeV10: Int32(width),
            name: place(name.text))
    }

    private mutating func structure(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.structs[name] else { throw undefined(name) }
        let range = try memberList(definition.members.map { Source($0) })
        var node = PlanNode(kind: .structure, usesClasses: range.usesClasses, first: range.first, count: range.count)
        node.isFixed = range.range.allSatisfy { parts.nodes[Int(parts.members[Int($0)].node)].isFixed }
        (node.minimumSize, node.minimumSizeV10) = minimumSizes(range)
        return node
    }

    private mutating func sequence(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.sequences[name] else { throw undefined(name) }
        if definition.element == .byte { return PlanNode(kind: .bytes) }
        let element = try node(definition.element, metadata: definition.elementMetadata)
        return PlanNode(kind: .sequence, usesClasses: parts.nodes[Int(element)].usesClasses, value: element)
    }

    private mutating func dictionary(_ name: ScopedName) throws(Unsupported) -> PlanNode {
        guard let definition = model.dictionaries[name] else { throw undefined(name) }
        switch definition.key {
        case .string, .bool, .byte, .short, .int, .long, .enumeration:
            let key = try node(definition.key, metadata: definition.keyMetadata)
            let value = try node(definition.value, metadata: definition.valueMetadata)
            return PlanNode(
                kind: .dictionary, usesClasses: parts.nodes[Int(value)].usesClasses, key: key, value: value)
        case .structure:
            let range = try memberList([
                Source(name: "key", type: definition.key, metadata: definition.keyMetadata),
                Source(name: "value", type: definition.value, metadata: definition.valueMetadata),
            ])
            return PlanNode(kind: .pairs, usesClasses: range.usesClasses, first: range.first, count: range.count)
        default:
            throw Unsupported(reason: "uses '\(name)', whose key type can't be one")
        }
    }

    private func minimumSizes(_ range: PlanMembers) -> (Int32, Int32) {
        var sizes: (Int32, Int32) = (0, 0)
        for index in range.range {
            let node = parts.nodes[Int(parts.members[Int(index)].node)]
            sizes.0 = sizes.0.addingSaturated(node.minimumSize)
            sizes.1 = sizes.1.addingSaturated(node.minimumSizeV10)
        }
        return (max(sizes.0, 1), max(sizes.1, 1))
    }

    private func undefined(_ name: ScopedName) -> Unsupported {
        Unsupported(reason: "uses '\(name)', which is not defined")
    }

    // MARK: Text and defaults

    mutating func place(_ string: String) -> PlanText { place(Array(string.utf8)) }

    private mutating func place(_ bytes: [UInt8]) -> PlanText {
        let offset = Int32(parts.text.count)
        parts.text += bytes
        return PlanText(offset: offset, count: Int32(bytes.count))
    }

    private func bytes(_ run: PlanText) -> ArraySlice<UInt8> {
        parts.text[Int(run.offset)..<Int(run.offset + run.count)]
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
            name: member.info.name, type: member.type, metadata: member.info.metadata, tag: member.tag,
            defaultValue: member.defaultValue)
    }

    init(_ parameter: Parameter) {
        self.init(
            name: parameter.info.name, type: parameter.type, metadata: parameter.info.metadata, tag: parameter.tag)
    }
}

extension Int32 {
    fileprivate func addingSaturated(_ other: Int32) -> Int32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
