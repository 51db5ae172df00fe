/// A position in a source file. Lines and columns count from 1; columns count UTF-8 bytes as the compilers do.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as given on the command line or built from `-I`.
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}
