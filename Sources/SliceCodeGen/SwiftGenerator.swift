package import Slice

/// Translates Slice files into Swift that uses the module `Ice`: what the tool `slice2swift` does.
///
/// The files of one call become one Swift module, or a part of one. The same files always give the same text.
public struct SwiftGenerator: Sendable {
    /// Folders searched by `#include`, in order.
    public var includePaths: [String]
    /// Macros, `NAME` or `NAME=VALUE`. `__SLICE2SWIFT__` is always one of them.
    public var defines: [String]
    /// How definitions of other Swift modules are found.
    public var options: GeneratorOptions

    /// Makes a generator; it reads nothing until it is asked.
    public init(includePaths: [String] = [], defines: [String] = [], options: GeneratorOptions = .init()) {
        self.includePaths = includePaths
        self.defines = defines
        self.options = options
    }

    /// Reads Slice files and writes the Swift of each.
    ///
    /// - Parameter paths: of Slice files. Each is a translation unit of its own.
    public func generate(_ paths: [String]) -> Generation { generate(paths, reader: FileSourceReader()) }

    /// The same with sources from elsewhere.
    package func generate(_ paths: [String], reader: any SourceReader) -> Generation {
        let macros = (["__SLICE2SWIFT__"] + defines).map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (name: parts[0], value: parts.count > 1 ? parts[1] : "1")
        }
        let compiler = SliceCompiler(
            options: SliceCompiler.Options(includePaths: includePaths, defines: macros), reader: reader)
        let compilation = compiler.compile(paths)
        var diagnostics = compilation.diagnostics
        var files: [GeneratedFile] = []
        if let model = compilation.model {
            let units = compilation.units.map { unit in
                GenerationRun.File(
                    path: unit.path,
                    definitions: unit.definitions.filter {
                        model.modules[$0] == nil && !model.isLocal($0) && RuntimeTypes.name(of: $0) == nil
                    })
            }
            let run = GenerationRun(model: model, options: options, files: units)
            diagnostics += NameClashes(in: run).diagnostics
            for unit in units {
                let generator = FileGenerator(unit, of: run)
                files.append(GeneratedFile(name: unit.baseName + ".swift", text: generator.generate()))
                diagnostics += generator.diagnostics
            }
        }
        var seen: Set<Diagnostic> = []
        diagnostics = diagnostics.filter { seen.insert($0).inserted }
        let hasErrors = diagnostics.contains { $0.severity == .error }
        return Generation(
            files: hasErrors ? [] : files, sources: compilation.files, diagnostics: diagnostics.map(\.description),
            hasErrors: hasErrors)
    }
}

/// What came out of a run.
public struct Generation: Sendable {
    /// One for each Slice file that was asked for, none when there was an error.
    public var files: [GeneratedFile]
    /// Every Slice file read, the asked ones and the included ones.
    public var sources: [String]
    /// Errors and warnings as `file:line:column: error: message`, each with what helps to find it.
    public var diagnostics: [String]
    /// Whether one of them is an error.
    public var hasErrors: Bool
}

/// A Swift file.
public struct GeneratedFile: Sendable {
    /// Without folder, as `Greeter.swift`.
    public var name: String
    /// The text.
    public var text: String
}
