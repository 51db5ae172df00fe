/// A macro as `#define` or `-D` made it.
struct Macro {
    enum Special {
        /// `__LINE__`
        case line
        /// `__FILE__`
        case file
    }

    var name: String
    /// Nil for an object-like macro.
    var parameters: [String]?
    /// The last parameter takes all remaining arguments.
    var isVariadic = false
    var body: [RawToken]
    var special: Special?
    /// Nil when it is predefined or came from the command line.
    var definition: Position?
    /// An index into ``SourceMap/macros``, once it has been expanded.
    var index: Int32 = -1

    /// The index in the body of a `##` at either end, or of a `#` without parameter behind it.
    var badOperator: Int? {
        if let first = body.first, first.isPunctuation("##") { return 0 }
        if let last = body.last, last.isPunctuation("##") { return body.count - 1 }
        guard let parameters else { return nil }
        return body.indices.first { index in
            body[index].isPunctuation("#")
                && !(index + 1 < body.count && parameters.contains(body[index + 1].text))
        }
    }

    /// Another definition of the same name says the same.
    func isSame(as other: Macro) -> Bool {
        parameters == other.parameters && isVariadic == other.isVariadic
            && body.elementsEqual(other.body) {
                $0.kind == $1.kind && $0.text == $1.text && $0.hasSpaceBefore == $1.hasSpaceBefore
            }
    }
}
