import OpenAPI
import Testing
import Yams

extension OpenAPI.Node {
    /// What another reader of YAML makes of a text; libyaml, which follows YAML 1.1.
    static func parse(yaml: String) throws -> OpenAPI.Node {
        try convert(try #require(try Yams.compose(yaml: yaml)))
    }

    private static func convert(_ node: Yams.Node) throws -> OpenAPI.Node {
        switch node {
        case .scalar(let scalar):
            switch Tag.Name(rawValue: node.tag.description) {
            case .null: return .null
            case .bool: return .bool(try #require(node.bool as Bool?))
            case .int: return .int(Int64(try #require(node.int)))
            case .float: return .double(try #require(node.float))
            case .str: return .string(scalar.string)
            default:
                Issue.record("\(scalar.string) is read as \(node.tag)")
                return .null
            }
        case .sequence(let sequence): return .array(try sequence.map(convert))
        case .mapping(let mapping):
            return .object(
                try mapping.map { key, value in
                    let name = try convert(key)
                    guard case .string(let text) = name else {
                        Issue.record("the member name \(name) is no string")
                        return Member("", .null)
                    }
                    return Member(text, try convert(value))
                })
        case .alias:
            Issue.record("an alias that nobody wrote")
            return .null
        }
    }
}
