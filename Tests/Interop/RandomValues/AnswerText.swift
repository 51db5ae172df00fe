/// Writes values in the one spelling of answers. Instances met twice in a document have ids, from 1 in its order.
struct AnswerText {
    private let graph: Graph
    private let isV10: Bool
    /// How often each instance is met.
    private var meetings: [Int: Int] = [:]
    private var ids: [Int: Int] = [:]
    private var text = ""

    /// An object of `members`; those without a value are left out.
    ///
    /// - Parameters:
    ///   - typeID: becomes `@type`, as of an exception.
    ///   - isV10: whether the answer came in encoding 1.0, which makes each of its proxies one of that encoding.
    static func object(_ members: [Member], _ graph: Graph, typeID: String? = nil, isV10: Bool) -> String {
        var writer = AnswerText(graph: graph, isV10: isV10)
        writer.meet(members)
        writer.write(members, head: typeID.map { ["\"@type\":\"\($0)\""] } ?? [])
        return writer.text
    }

    private init(graph: Graph, isV10: Bool) {
        self.graph = graph
        self.isV10 = isV10
    }

    private mutating func meet(_ members: [Member]) {
        for member in members {
            if let value = member.value { meet(value) }
        }
    }

    private mutating func meet(_ value: Value) {
        switch value {
        case .scalar, .proxy: break
        case .structure(let members), .dictionary(let members): meet(members)
        case .array(let values): for value in values { meet(value) }
        case .instance(let index, _):
            meetings[index, default: 0] += 1
            if meetings[index] == 1 { meet(graph.instances[index].members) }
        }
    }

    private mutating func write(_ members: [Member], head: [String] = []) {
        text += "{" + head.joined(separator: ",")
        var isFirst = head.isEmpty
        for member in members {
            guard let value = member.value else { continue }
            text += (isFirst ? "" : ",") + member.name + ":"
            isFirst = false
            write(value)
        }
        text += "}"
    }

    private mutating func write(_ value: Value) {
        switch value {
        case .scalar(let scalar, _): text += scalar
        case .structure(let members), .dictionary(let members): write(members)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                write(value)
            }
            text += "]"
        case .proxy(let head, let isV10, let tail):
            text += "\"\(head)\(isV10 || self.isV10 ? " -e 1.0" : "")\(tail)\""
        case .instance(let index, _):
            if let id = ids[index] {
                text += "{\"@ref\":\"\(id)\"}"
                return
            }
            var head = ["\"@type\":\"\(graph.instances[index].typeID)\""]
            if meetings[index] != 1 {
                ids[index] = ids.count + 1
                head.append("\"@id\":\"\(ids.count)\"")
            }
            write(graph.instances[index].members, head: head)
        }
    }
}
