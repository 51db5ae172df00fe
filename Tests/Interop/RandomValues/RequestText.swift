/// Writes values in the spellings that requests may use.
struct RequestText {
    private let graph: Graph
    private var random: SplitMix64
    /// Whether a reference may precede what it refers to.
    private let refersForward: Bool
    private var defined: Set<Int> = []
    private var referred: Set<Int> = []
    private var text = ""
    private var depth = 0
    private var deepest = 0

    /// An object of `members`, which are parameters.
    ///
    /// - Returns: nil when it would be nested more deeply than the gateway allows, as it may be in another order than
    ///   that in which the values were made.
    static func object(_ members: [Member], _ graph: Graph, random: SplitMix64) -> String? {
        for refersForward in [true, false] {
            var writer = RequestText(graph: graph, random: random, refersForward: refersForward)
            writer.write(members)
            // A forward reference may have hidden the only way to its instance.
            if writer.deepest < 64, writer.referred.isSubset(of: writer.defined) { return writer.text }
        }
        return nil
    }

    private init(graph: Graph, random: SplitMix64, refersForward: Bool) {
        self.graph = graph
        self.random = random
        self.refersForward = refersForward
    }

    private mutating func write(_ members: [Member], head: [String] = [], isOrdered: Bool = false) {
        text += "{" + space()
        var count = 0
        for part in head {
            text += (count > 0 ? "," : "") + part
            count += 1
        }
        for member in isOrdered || !random.oneIn(3) ? members : members.shuffled(using: &random) {
            if member.isOmittable, random.oneIn(2) { continue }
            if member.value == nil, !random.oneIn(3) { continue }
            text += (count > 0 ? "," : "") + space() + member.name + space() + ":" + space()
            count += 1
            write(member.value ?? .null)
        }
        text += space() + "}"
    }

    private mutating func write(_ value: Value) {
        depth += 1
        deepest = max(deepest, depth)
        defer { depth -= 1 }
        switch value {
        case .scalar(let scalar, let alternatives):
            text += alternatives.isEmpty || random.oneIn(2) ? scalar : random.pick(alternatives)
        case .structure(let members): write(members)
        case .dictionary(let members): write(members, isOrdered: true)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                write(value)
            }
            text += "]"
        case .proxy(let head, let isV10, let tail): text += "\"\(head)\(isV10 ? " -e 1.0" : "")\(tail)\""
        case .instance(let index, let isOfDeclaredType): write(index, isOfDeclaredType)
        }
    }

    private mutating func write(_ index: Int, _ isOfDeclaredType: Bool) {
        if defined.contains(index) || refersForward && random.oneIn(6) {
            referred.insert(index)
            text += "{\"@ref\":\"\(id(index))\"}"
            return
        }
        defined.insert(index)
        var head = ["\"@type\":\"\(graph.instances[index].typeID)\"", "\"@id\":\"\(id(index))\""]
        if isOfDeclaredType, random.oneIn(2) { head.removeFirst() }
        write(graph.instances[index].members, head: head)
    }

    /// Any text will do.
    private func id(_ index: Int) -> String { index % 3 == 2 ? "node \(index)" : "\(graph.instances.count - index)" }

    private mutating func space() -> String { random.oneIn(8) ? random.pick([" ", "\n", "\t ", "\r\n"]) : "" }
}
