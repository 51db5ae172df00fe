/// A position in a source file. Lines and columns count from 1; columns count UTF-8 bytes as the compilers do.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as given on the command line or built from `-I`.
    public var file: String
    /// From 1.
    public var line: Int
    /// From 1, in bytes.
    public var column: Int

    /// Makes a source location of its parts.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The text.
    public var description: String { "\(file):\(line):\(column)" }
}
