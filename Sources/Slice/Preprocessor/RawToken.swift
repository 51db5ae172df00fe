/// A preprocessing token: what the C preprocessor sees.
struct RawToken {
    enum Kind: UInt8 {
        case identifier
        /// `\name`, the text without the backslash.
        case escapedIdentifier
        /// What starts with a digit, or a dot and a digit: `1`, `0x1f`, `1.5e-3F`.
        case number
        /// A string literal with its quotes; ``RawToken/isBroken`` when it isn't terminated.
        case string
        /// `'…'`; Slice has none, but conditions of `#if` may.
        case character
        /// One of the characters Slice or `#if` know, or a pair of them.
        case punctuation
        /// A byte that starts nothing.
        case other
        case docComment
        case newline
        case end
    }

    var kind: Kind
    var text: String
    var span: Span
    /// White space or a comment stands before it.
    var hasSpaceBefore: Bool
    /// It was found while its macro was being expanded and stays as it is for good.
    var isPainted = false
    /// A string or character literal without its closing quote.
    var isBroken = false
    /// The first byte, which ``text`` may not show when it isn't UTF-8.
    var firstByte: UInt8 = 0
    /// An index into ``Preprocessor/comments``; −1 without doc comment.
    var comment: Int32 = -1

    func isPunctuation(_ text: String) -> Bool { kind == .punctuation && self.text == text }
}
