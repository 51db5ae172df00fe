/// The words of Slice that can't be names unless escaped. `local`, `LocalObject` and `implements` of Ice 3.7 are names in
/// 3.8; they get their meaning from where they stand.
enum Keyword: String {
    case bool, byte, `class`, const, dictionary, double, `enum`, exception, extends, `false`, float, idempotent, int
    case interface, long, module, object = "Object", optional, out, sequence, short, string, `struct`, `throws`, `true`
    case value = "Value", void
}

/// A token of Slice.
struct Token {
    enum Kind: Equatable {
        /// A name, possibly scoped: `a`, `A::B`, `::A::B`.
        case identifier
        case keyword(Keyword)
        case integer(Int64)
        case floating(Double)
        case string(String)
        case punctuation
        case end
    }

    var kind: Kind
    /// A name without its backslashes, the spelling of everything else.
    var text: String
    var span: Span
    /// The name has a backslash somewhere.
    var isEscaped = false
    /// An index into the doc comments; −1 without one.
    var comment: Int32 = -1

    var isScoped: Bool { kind == .identifier && text.utf8.contains(UInt8(ascii: ":")) }

    func isPunctuation(_ text: String) -> Bool { kind == .punctuation && self.text == text }

    /// How messages name it.
    var description: String {
        switch kind {
        case .end: "end of file"
        case .string: "string literal"
        default: "'\(text)'"
        }
    }
}
