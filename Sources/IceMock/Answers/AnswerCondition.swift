import SliceJSON

/// What the parameters of a call must be for an answer: `{"name": "bob", "amount": {"@above": 100}}`.
///
/// Of an object the members named are compared, of an array all elements. Numbers are compared as numbers, a `long` also
/// with the string it is written as.
indirect enum AnswerCondition: Sendable {
    case equals(JSONValue)
    case above(Double)
    case below(Double)
    case contains(String)
    case not(AnswerCondition)
    case array([AnswerCondition])
    case members([(name: String, condition: AnswerCondition)])

    /// - Parameter problem: is told what is wrong, and at which offset.
    init(_ tree: JSONTree, _ problem: (String, Int) -> Void) {
        switch tree.kind {
        case .array(let elements): self = .array(elements.map { AnswerCondition($0, problem) })
        case .object(let members):
            let comparisons = members.filter { $0.name.hasPrefix("@") && $0.name != "@type" }
            guard let comparison = comparisons.first else {
                self = .members(members.map { ($0.name, AnswerCondition($0.value, problem)) })
                return
            }
            if members.count > 1 { problem("'\(comparison.name)' stands alone in its object", comparison.offset) }
            self = Self.comparison(comparison, problem)
        default: self = .equals(JSONValue(tree))
        }
    }

    private static func comparison(_ member: JSONTree.Member, _ problem: (String, Int) -> Void) -> AnswerCondition {
        switch (member.name, member.value.kind) {
        case ("@above", .number(let text)): return .above(Double(text) ?? .infinity)
        case ("@below", .number(let text)): return .below(Double(text) ?? -.infinity)
        case ("@contains", .string(let text)): return .contains(text)
        case ("@not", _): return .not(AnswerCondition(member.value, problem))
        case ("@above", _), ("@below", _): problem("'\(member.name)' needs a number", member.value.offset)
        case ("@contains", _): problem("'@contains' needs a string", member.value.offset)
        default:
            problem(
                "unknown comparison '\(member.name)'; there are @above, @below, @contains, @not", member.offset)
        }
        return .equals(.null)
    }

    /// - Parameter value: nil for what is not set, which equals null.
    func holds(for value: JSONValue?) -> Bool {
        switch self {
        case .equals(let wanted): Self.equal(wanted, value ?? .null)
        case .above(let limit): Self.number(value).map { $0 > limit } ?? false
        case .below(let limit): Self.number(value).map { $0 < limit } ?? false
        case .contains(let text): value?.string.map { $0.contains(text) } ?? false
        case .not(let condition): !condition.holds(for: value)
        case .array(let conditions):
            if case .array(let elements)? = value, elements.count == conditions.count {
                zip(conditions, elements).allSatisfy { $0.holds(for: $1) }
            } else {
                false
            }
        case .members(let members):
            if case .object? = value {
                members.allSatisfy { $0.condition.holds(for: value?[$0.name]) }
            } else {
                false
            }
        }
    }

    private static func number(_ value: JSONValue?) -> Double? {
        switch value {
        case .number(let text)?, .string(let text)?: Double(text)
        default: nil
        }
    }

    private static func equal(_ wanted: JSONValue, _ value: JSONValue) -> Bool {
        switch (wanted, value) {
        case (.number(let left), .number(let right)):
            // Texts first: a double does not tell all whole numbers apart.
            if left == right { return true }
            if let left = Int64(left), let right = Int64(right) { return left == right }
            return Double(left) == Double(right)
        case (.number(let left), .string(let right)): return Int64(left).map { $0 == Int64(right) } ?? false
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        default: return wanted == value
        }
    }
}
