/// Loads Slice files: preprocessor, lexer, parser, checks. Pure but for ``SourceReader``.
package struct SliceCompiler: Sendable {
    /// What a command line says besides the files.
    package struct Options: Sendable {
        /// Folders searched by `#include`, in order (`-I`).
        package var includePaths: [String]
        /// Macros defined beforehand (`-D NAME[=VALUE]`).
        package var defines: [(name: String, value: String)]

        /// Makes options; empty without arguments.
        package init(includePaths: [String] = [], defines: [(name: String, value: String)] = []) {
            self.includePaths = includePaths
            self.defines = defines
        }
    }

    /// What came out of a run.
    package struct Compilation: Sendable {
        /// Nil when there was an error.
        package var model: SliceModel?
        /// Every file read, the asked ones and the included ones, each once.
        package var files: [String]
        /// Errors and warnings, file by file, each from top to bottom.
        package var diagnostics: [Diagnostic]
        /// The files that were asked for, each once.
        package var units: [Unit] = []

        /// A file that was asked for.
        package struct Unit: Sendable {
            /// The path in the locations of its definitions.
            package var path: String
            /// What is defined in the file itself, in source order; nothing that is only declared there.
            package var definitions: [ScopedName]
        }

        /// Makes a compilation of its parts.
        package init(model: SliceModel?, files: [String], diagnostics: [Diagnostic]) {
            self.model = model
            self.files = files
            self.diagnostics = diagnostics
        }
    }

    /// What the command line would say.
    package var options: Options
    /// Where the sources come from.
    package var reader: any SourceReader

    /// Makes a compiler; it does nothing until it is asked.
    package init(options: Options = Options(), reader: any SourceReader = FileSourceReader()) {
        self.options = options
        self.reader = reader
    }

    /// Loads the files named, and all they include, into one model.
    ///
    /// Each file is a translation unit of its own: it sees what it includes and nothing of the others. Definitions that
    /// several units get from the same place are one. Folders and patterns are the caller's business.
    package func compile(_ files: [String]) -> Compilation {
        let loader = SourceLoader(reader: reader, includePaths: options.includePaths)
        var merger = ModelMerger(loader: loader)
        var units: [Compilation.Unit] = []
        for path in files {
            guard let file = loader.load(path) else {
                let location = SourceLocation(file: path, line: 1, column: 1)
                merger.add(
                    [Diagnostic(severity: .error, message: "cannot open '\(path)'", location: location)])
                continue
            }
            guard merger.begin(file) else { continue }
            let unit = TranslationUnit(file, loader: loader, defines: options.defines)
            merger.add(unit.diagnostics)
            guard let model = unit.model else { continue }
            merger.add(model)
            units.append(Compilation.Unit(path: file.path, definitions: model.definitions(in: file.path)))
        }
        var result = Compilation(
            model: merger.hasErrors ? nil : merger.model, files: loader.paths, diagnostics: merger.diagnostics)
        result.units = units
        return result
    }

    /// Loads one text without touching the file system: it can't include anything.
    package static func compile(source: String, name: String = "Test.ice") -> Compilation {
        SliceCompiler(reader: SingleSourceReader(name: name, text: source)).compile([name])
    }
}

/// One text under one name.
private struct SingleSourceReader: SourceReader {
    let name: String
    let text: String

    func read(_ path: String) -> [UInt8]? { path == name ? Array(text.utf8) : nil }
}

/// Where sources come from: the file system, or a table in tests.
package protocol SourceReader: Sendable {
    /// The bytes of a file; nil when it does not exist or can't be read.
    func read(_ path: String) -> [UInt8]?
}
