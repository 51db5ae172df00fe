import IceEncoding
import SliceJSON
import Yams

/// A YAML value as JSON text. What YAML reads as a number, a truth value or null is that in JSON; all else is a string.
enum JSONText {
    /// - Returns: nil for what JSON has no form for, as mappings whose keys are not strings, or numbers that are not finite.
    static func of(_ node: Node) -> String? {
        switch node {
        case .scalar(let scalar): return of(scalar, node)
        case .sequence(let sequence):
            let items = sequence.map(of)
            let texts = items.compactMap(\.self)
            return texts.count == items.count ? "[" + texts.joined(separator: ",") + "]" : nil
        case .mapping(let mapping):
            var members: [String] = []
            for (key, value) in mapping {
                guard let name = key.string.flatMap(quoted), let text = of(value) else { return nil }
                members.append(name + ":" + text)
            }
            return "{" + members.joined(separator: ",") + "}"
        case .alias: return nil
        }
    }

    private static func of(_ scalar: Node.Scalar, _ node: Node) -> String? {
        guard scalar.style == .plain else { return quoted(scalar.string) }
        if node.null != nil { return "null" }
        if let value = node.bool, scalar.string == "true" || scalar.string == "false" {
            return value ? "true" : "false"
        }
        if let value = node.int { return String(value) }
        if let value = node.float { return value.isFinite ? "\(value)" : nil }
        return quoted(scalar.string)
    }

    /// A JSON string, which is one of YAML, too.
    static func quoted(_ text: String) -> String? {
        var out = OutputBuffer()
        let utf8 = Array(text.utf8)
        guard (try? utf8.withUnsafeBytes { try out.appendJSONString($0) }) != nil else { return nil }
        return String(decoding: out.bytes, as: UTF8.self)
    }
}
