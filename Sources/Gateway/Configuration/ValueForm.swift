/// How one kind of value is spelled in the configuration file: read, printed and spoken of in one place.
struct ValueForm<Value> {
    typealias Choices = [(name: String, value: Value)]

    /// For messages: `'threads' must be …`.
    let expected: String
    /// For the reference.
    let summary: String
    let parse: (String) -> Value?
    /// As in YAML.
    let text: (Value) -> String
    /// The only words there are; nil: not words.
    var choices: [String]?
}

extension ValueForm where Value == String {
    static var string: Self { Self(expected: "a string", summary: "string", parse: { $0 }, text: yaml) }

    /// As an entry of a mapping has it.
    static var single: Self { Self(expected: "a single value", summary: "string", parse: { $0 }, text: yaml) }

    /// A plain scalar where that is sure to be a string, else a quoted one.
    private static func yaml(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard !text.isEmpty, isWord, !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text)
        else {
            return JSONText.quoted(text) ?? "\"\""
        }
        return text
    }
}

extension ValueForm where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(
            expected: "an integer from \(range.lowerBound) to \(range.upperBound)",
            summary: "integer, \(range.lowerBound) to \(range.upperBound)",
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, text: { String($0) })
    }

    /// Bytes.
    static func size(_ range: ClosedRange<Int>) -> Self {
        Self(
            expected: "a size such as 64KiB or 8MiB from \(range.lowerBound) to \(range.upperBound) bytes",
            summary:
                "size, \(UnitParsing.text(ofSize: range.lowerBound)) to \(UnitParsing.text(ofSize: range.upperBound))",
            parse: { UnitParsing.size($0).flatMap { range.contains($0) ? $0 : nil } }, text: UnitParsing.text(ofSize:))
    }
}

extension ValueForm where Value == Bool {
    static var bool: Self {
        Self(
            expected: "true or false", summary: "`true` or `false`", parse: { Bool($0) },
            text: { $0 ? "true" : "false" })
    }
}

extension ValueForm where Value == Duration {
    static var duration: Self {
        Self(
            expected: "a duration such as 250ms, 30s or 5m", summary: "duration", parse: UnitParsing.duration,
            text: UnitParsing.text(of:))
    }
}

extension ValueForm where Value == ListenAddress {
    static var address: Self {
        Self(
            expected: "an address and port such as 127.0.0.1:8080", summary: "address and port",
            parse: ListenAddress.init, text: \.description)
    }
}

extension ValueForm where Value == SlicesKey {
    static var slicesKey: Self {
        let expected = "a text of at least \(SlicesKey.shortest) bytes"
        return Self(expected: expected, summary: expected, parse: SlicesKey.init, text: \.description)
    }
}

extension ValueForm where Value: Equatable {
    static func choice(_ choices: Choices) -> Self {
        Self(
            expected: "one of " + choices.map(\.name).sorted().joined(separator: ", "),
            summary: choices.map { "`\($0.name)`" }.joined(separator: ", "),
            parse: { text in choices.first { $0.name == text }?.value },
            text: { value in choices.first { $0.value == value }?.name ?? "" }, choices: choices.map(\.name))
    }
}

extension ValueForm where Value: CaseIterable & RawRepresentable & Equatable, Value.RawValue == String {
    /// A key whose values are spelled as the cases.
    static var cases: Self { choice(Value.allCases.map { ($0.rawValue, $0) }) }
}
