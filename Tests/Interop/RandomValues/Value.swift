/// A value as the JSON that stands for it, except for what its place in a document decides.
enum Value: Sendable {
    /// JSON text as answers spell it, and other texts that requests may hold for it.
    case scalar(String, alternatives: [String] = [])
    /// A struct: any order will do.
    case structure([Member])
    /// A dictionary whose keys are text; servants in Python keep the order.
    case dictionary([Member])
    /// A sequence, or a dictionary with struct keys.
    case array([Value])
    /// An index into a ``Graph``.
    case instance(Int, isOfDeclaredType: Bool)
    /// A stringified proxy in two parts: what precedes and what follows ` -e 1.0`.
    case proxy(String, isV10: Bool, String)

    static let null = Value.scalar("null")
}

struct Member: Sendable {
    /// As JSON text, with quotes.
    var name: String
    /// Nil: an optional that is not set.
    var value: Value?
    var isOptional = false
    /// Whether a request may go without it, because it has its Slice default.
    var isOmittable = false
}

/// The class instances of a call; they refer to each other in any way.
struct Graph {
    struct Instance {
        var typeID: String
        var members: [Member] = []
    }

    var instances: [Instance] = []

    /// Whether an optional is set somewhere: encoding 1.0 can't carry it.
    func hasSetOptional(_ members: [Member]) -> Bool {
        var visited: Set<Int> = []
        return hasSetOptional(members, &visited)
    }

    private func hasSetOptional(_ members: [Member], _ visited: inout Set<Int>) -> Bool {
        for member in members {
            guard let value = member.value else { continue }
            if member.isOptional || hasSetOptional(value, &visited) { return true }
        }
        return false
    }

    private func hasSetOptional(_ value: Value, _ visited: inout Set<Int>) -> Bool {
        switch value {
        case .scalar, .proxy: false
        case .structure(let members), .dictionary(let members): hasSetOptional(members, &visited)
        case .array(let values): values.contains { hasSetOptional($0, &visited) }
        case .instance(let index, _):
            visited.insert(index).inserted && hasSetOptional(instances[index].members, &visited)
        }
    }
}
