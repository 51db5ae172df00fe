/// Swift literals.
enum SwiftLiteral {
    /// A string in quotes.
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                // Directions and other invisible things are spelled out.
                let isVisible = scalar.value >= 0x20 && scalar.value < 0x7F || scalar.properties.isAlphabetic
                result += isVisible ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return result + "\""
    }
}
