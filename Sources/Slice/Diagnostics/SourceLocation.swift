/// A position in a source file. Lines and columns count from 1; columns count UTF-8 bytes as the compilers do.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The path as given on the command line or built from `-I`.
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}
