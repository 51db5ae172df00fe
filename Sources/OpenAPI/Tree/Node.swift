/// A value of a document: JSON's values with members in order.
package enum Node: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Finite: neither text has another spelling for the rest that all readers know.
    case double(Double)
    case string(String)
    case array([Node])
    /// Names are unique.
    case object([Member])

    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: Node

        package init(_ name: String, _ value: Node) {
            self.name = name
            self.value = value
        }
    }

    /// The value of a member, or of an element by its decimal index; nil when there is none.
    package subscript(name: String) -> Node? {
        switch self {
        case .object(let members): members.first { $0.name == name }?.value
        case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
    }
}

extension Node: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: Node...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, Node)...) {
        self = .object(elements.map { Member($0, $1) })
    }
}

/// An object in the making.
struct ObjectBuilder {
    private(set) var members: [Node.Member] = []

    /// Adds a member; none when the value is nil.
    mutating func add(_ name: String, _ value: Node?) {
        if let value { members.append(Node.Member(name, value)) }
    }

    /// Adds a string; none when it is nil or empty.
    mutating func add(text name: String, _ value: String?) {
        if let value, !value.isEmpty { add(name, .string(value)) }
    }

    /// Adds an array; none when it is empty.
    mutating func add(list name: String, _ elements: [Node]) {
        if !elements.isEmpty { add(name, .array(elements)) }
    }

    mutating func add(contentsOf node: Node) {
        if case .object(let others) = node { members += others }
    }

    func contains(_ name: String) -> Bool { members.contains { $0.name == name } }

    var isEmpty: Bool { members.isEmpty }

    var node: Node { .object(members) }
}
