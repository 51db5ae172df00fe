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

    /// Another definition of the same name says the same.
    func isSame(as other: Macro) -> Bool {
        parameters == other.parameters && isVariadic == other.isVariadic
            && body.elementsEqual(other.body) {
                $0.kind == $1.kind && $0.text == $1.text && $0.hasSpaceBefore == $1.hasSpaceBefore
            }
    }
}
