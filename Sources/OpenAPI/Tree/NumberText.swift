/// Numbers as both JSON and YAML read them.
enum NumberText {
    /// The shortest text that reads back equal, always with a point: YAML 1.1 takes `1e+16` for a string.
    static func text(_ value: Double) -> String {
        let text = value.description
        guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }
}
