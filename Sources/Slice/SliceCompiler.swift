/// Loads Slice files: preprocessor, lexer, parser, checks. Pure but for ``SourceReader``.
public struct SliceCompiler: Sendable {
    public struct Options: Sendable {
        /// Folders searched by `#include`, in order (`-I`).
        public var includePaths: [String]
        /// Macros defined beforehand (`-D NAME[=VALUE]`).
        public var defines: [(name: String, value: String)]

        public init(includePaths: [String] = [], defines: [(name: String, value: String)] = []) {
            self.includePaths = includePaths
            self.defines = defines
        }
    }

    public struct Compilation: Sendable {
        /// Nil when there was an error.
        public var model: SliceModel?
        /// Every file read, the asked ones and the included ones, each once.
        public var files: [String]
        public var diagnostics: [Diagnostic]

        public init(model: SliceModel?, files: [String], diagnostics: [Diagnostic]) {
            self.model = model
            self.files = files
            self.diagnostics = diagnostics
        }
    }

    public var options: Options
    public var reader: any SourceReader

    public init(options: Options = Options(), reader: any SourceReader = FileSourceReader()) {
        self.options = options
        self.reader = reader
    }
}

/// Where sources come from: the file system, or a table in tests.
public protocol SourceReader: Sendable {
    /// The bytes of a file; nil when it does not exist or can't be read.
    func read(_ path: String) -> [UInt8]?
}
