import IceEncoding
import Slice

/// A value in the notation of the recorded vectors: `$struct`, `$enum`, `$dict`, `$bytes`, `$float` mark what JSON has no word for.
indirect enum RecordedValue: Decodable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([RecordedValue])
    case object([String: RecordedValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([RecordedValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: RecordedValue].self))
        }
    }

    subscript(name: String) -> RecordedValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var elements: [RecordedValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}

extension RecordedValue {
    /// The JSON the gateway should write for this value of a type; nil for a notation that doesn't fit the type.
    ///
    /// - Parameter references: the instances met twice.
    func json(_ type: SliceType, _ model: SliceModel, _ references: Set<Int64>? = nil) -> String? {
        let references = references ?? self.references
        switch (type, self) {
        case (.bool, .bool(let value)): return "\(value)"
        case (.byte, .integer(let value)), (.short, .integer(let value)), (.int, .integer(let value)): return "\(value)"
        case (.long, .integer(let value)): return "\"\(value)\""
        case (.float, .object), (.double, .object):
            guard let text = self["$float"]?.text else { return nil }
            return ["inf": "\"Infinity\"", "-inf": "\"-Infinity\"", "nan": "\"NaN\""][text] ?? text
        case (.string, .string(let value)): return Self.quoted(value)
        case (.enumeration, .object): return self["name"]?.text.map { "\"\($0)\"" }
        case (.structure(let name), .object):
            guard let members = model.structs[name]?.members else { return nil }
            let parts = members.compactMap { member in
                self[member.info.name]?.json(member.type, model, references).map { "\"\(member.info.name)\":\($0)" }
            }
            return parts.count == members.count ? "{\(parts.joined(separator: ","))}" : nil
        case (.classInstance, .null), (.anyClass, .null), (.proxy, .null), (.anyProxy, .null): return "null"
        case (.proxy, .object), (.anyProxy, .object):
            // Recorded with options that have their defaults.
            guard let text = self["$proxy"]?.text, let proxy = try? ProxyContent.parse(text) else {
                return nil
            }
            return Self.quoted(proxy.text())
        case (.classInstance, .object), (.anyClass, .object):
            if case .integer(let id) = self["$ref"] { return "{\"@ref\":\"\(id)\"}" }
            guard let name = self["$class"]?.text else { return nil }
            var text = "{\"@type\":\"::V::\(name)\""
            if case .integer(let id) = self["$id"], references.contains(id) { text += ",\"@id\":\"\(id)\"" }
            guard let members = json(model.allMembers(ofClass: ScopedName("::V::\(name)")), model, references) else {
                return nil
            }
            return text + members + "}"
        case (.sequence(let name), _):
            guard let element = model.sequences[name]?.element else { return nil }
            if element == .byte { return self["$bytes"]?.text.map { "\"\(Self.base64($0))\"" } }
            guard let parts = elements?.compactMap({ $0.json(element, model, references) }) else { return nil }
            return parts.count == elements?.count ? "[\(parts.joined(separator: ","))]" : nil
        case (.dictionary(let name), .object):
            guard let definition = model.dictionaries[name], let pairs = self["$dict"]?.elements else { return nil }
            var isObject = true
            if case .structure = definition.key { isObject = false }
            let parts = pairs.compactMap { pair -> String? in
                guard let pair = pair.elements, pair.count == 2,
                    let key = pair[0].json(definition.key, model, references),
                    let value = pair[1].json(definition.value, model, references)
                else { return nil }
                if !isObject { return "{\"key\":\(key),\"value\":\(value)}" }
                return (key.hasPrefix("\"") ? key : "\"\(key)\"") + ":\(value)"
            }
            guard parts.count == pairs.count else { return nil }
            return isObject ? "{\(parts.joined(separator: ","))}" : "[\(parts.joined(separator: ","))]"
        default: return nil
        }
    }

    /// `,"name":value` for each member that is set.
    func json(_ members: [DataMember], _ model: SliceModel, _ references: Set<Int64>) -> String? {
        var text = ""
        for member in members {
            guard let value = self[member.info.name] else { return nil }
            if value.isUnset { continue }
            guard let json = value.json(member.type, model, references) else { return nil }
            text += ",\"\(member.info.name)\":\(json)"
        }
        return text
    }

    /// The ids of all references in the value.
    var references: Set<Int64> {
        switch self {
        case .object(let members):
            if case .integer(let id) = members["$ref"] { return [id] }
            return members.values.reduce(into: []) { $0.formUnion($1.references) }
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion($1.references) }
        default: return []
        }
    }

    var isUnset: Bool { self["$unset"] != nil }

    /// The same as encoding 1.0 carries it: without the optional members of instances.
    func withoutOptionals(_ model: SliceModel) -> RecordedValue {
        switch self {
        case .object(var members):
            let definition = self["$class"]?.text.map { ScopedName("::V::\($0)") }
            for member in definition.map(model.allMembers(ofClass:)) ?? [] where member.tag != nil {
                members[member.info.name] = .object(["$unset": .bool(true)])
            }
            return .object(members.mapValues { $0.withoutOptionals(model) })
        case .array(let elements): return .array(elements.map { $0.withoutOptionals(model) })
        default: return self
        }
    }

    /// The same as encoding 1.0 carries it: a proxy is one to call with that encoding.
    var receivedInV10: RecordedValue {
        switch self {
        case .object(let members):
            guard let text = self["$proxy"]?.text, var proxy = try? ProxyContent.parse(text) else {
                return .object(members.mapValues(\.receivedInV10))
            }
            proxy.encoding = .v1_0
            return .object(["$proxy": .string(proxy.text())])
        case .array(let elements): return .array(elements.map(\.receivedInV10))
        default: return self
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Written for clarity: bits to digits.
    static func base64(_ hex: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = hex.flatMap { digit -> String in
            let bits = String(digit.hexDigitValue ?? 0, radix: 2)
            return String(repeating: "0", count: 4 - bits.count) + bits
        }
        while bits.count % 6 != 0 { bits.append("0") }
        var text = stride(from: 0, to: bits.count, by: 6).map { start in
            String(alphabet[Int(String(bits[start..<start + 6]), radix: 2) ?? 0])
        }.joined()
        while text.count % 4 != 0 { text += "=" }
        return text
    }
}
