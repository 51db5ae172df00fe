/// Schemas that documents share because Slice's own types need more than a keyword; written when they are used. Scoped names have a
/// point, so that none is called as these are.
enum BuiltInSchema: String, CaseIterable {
    case long = "SliceLong"
    case float = "SliceFloat"
    case double = "SliceDouble"
    case instanceReference = "InstanceReference"

    var reference: Node { ["$ref": .string("#/components/schemas/\(rawValue)")] }

    var schema: Node {
        switch self {
        case .long:
            [
                "type": "string",
                "description":
                    "A 64-bit integer in decimal digits: more than the numbers of many JSON parsers hold. Requests may have a number instead.",
                "pattern": .string(IntegerPattern.text(from: .min, to: .max)),
            ]
        // As the gateway writes the largest ones.
        case .float: Self.floatingPoint("float", limit: 3.402_823_5e38)
        case .double: Self.floatingPoint("double", limit: nil)
        case .instanceReference:
            [
                "type": "object",
                "description": "An instance that stands elsewhere in the same document, where it has this `@id`.",
                "properties": ["@ref": ["type": "string"]],
                "required": ["@ref"],
                "additionalProperties": false,
            ]
        }
    }

    private static func floatingPoint(_ format: String, limit: Double?) -> Node {
        var number = ObjectBuilder()
        number.add("type", "number")
        number.add("format", .string(format))
        number.add("minimum", limit.map { .double(-$0) })
        number.add("maximum", limit.map { .double($0) })
        return [
            "description": "A number, or what JSON has no number for.",
            "oneOf": [number.node, ["type": "string", "enum": ["NaN", "Infinity", "-Infinity"]]],
        ]
    }
}
