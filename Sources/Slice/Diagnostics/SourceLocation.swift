/// A position in a source file. Lines and columns count from 1; columns count UTF-8 bytes as the compilers do.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as given on the command line or built from `-I`.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in bytes.
    package var column: Int

    /// Makes a source location of its parts.
    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The text.
    package var description: String { "\(file):\(line):\(column)" }
}
