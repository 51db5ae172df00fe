import IceEncoding
import SliceJSON

/// A JSON value: parameters, results and user exceptions of a ``SliceServant``, as `docs/json-mapping.md` maps Slice.
///
/// Literals make one: `["returnValue": "Hello!", "count": 3]`.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// The digits as in the text, so that none is lost.
    case number(String)
    /// Without quotes and escapes.
    case string(String)
    /// The elements.
    case array([JSONValue])
    /// Members in their order; names are unique.
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// What it holds.
        public var value: JSONValue

        /// Makes a member of its parts.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads a JSON text.
    ///
    /// - Throws: ``MockFailure``: what is wrong, and where.
    public init(parsing text: String) throws(MockFailure) {
        do throws(JSONError) {
            self.init(try JSONTree(parsing: Array(text.utf8)))
        } catch {
            throw MockFailure("\(error)")
        }
    }

    init(_ tree: JSONTree) {
        self =
            switch tree.kind {
            case .null: .null
            case .bool(let value): .bool(value)
            case .number(let text): .number(text)
            case .string(let text): .string(text)
            case .array(let elements): .array(elements.map { JSONValue($0) })
            case .object(let members): .object(members.map { Member($0.name, JSONValue($0.value)) })
            }
    }
}

extension JSONValue {
    // MARK: Parts

    /// The value of a member, or of an element by its decimal index; nil when there is none.
    public subscript(name: String) -> JSONValue? {
        switch self {
        case .object(let members): members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
        case .array(let elements): Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        default: nil
        }
    }

    /// The text of a string; nil for other values.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A whole number, also one in a string, as every `long` is; nil for other values.
    public var integer: Int64? {
        switch self {
        case .number(let text), .string(let text): Int64(text)
        default: nil
        }
    }

    /// A number; nil for other values.
    public var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    /// A truth value; nil for other values.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
}

// Not by nil: of a member that may be absent, `== nil` has to ask for that.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(String(value)) }
    /// A number. What is not finite becomes the string that stands for it.
    public init(floatLiteral value: Double) {
        self =
            value.isFinite ? .number("\(value)") : .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0, $1) })
    }
}

extension JSONValue: CustomStringConvertible {
    // MARK: Text

    /// The JSON text, without white space between its parts.
    public var description: String {
        var out = OutputBuffer()
        write(into: &out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    func write(into out: inout OutputBuffer) {
        switch self {
        case .null: out.append("null")
        case .bool(let value): out.append(value ? "true" : "false")
        case .number(let text): out.append(utf8: text)
        case .string(let text): Self.append(quoted: text, to: &out)
        case .array(let elements):
            out.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(",") }
                element.write(into: &out)
            }
            out.append("]")
        case .object(let members):
            out.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(",") }
                Self.append(quoted: member.name, to: &out)
                out.append(":")
                member.value.write(into: &out)
            }
            out.append("}")
        }
    }

    private static func append(quoted text: String, to out: inout OutputBuffer) {
        var utf8 = OutputBuffer()
        utf8.append(utf8: text)
        // A String is UTF-8, so nothing is thrown.
        try? out.appendJSONString(utf8.bytes)
    }
}
