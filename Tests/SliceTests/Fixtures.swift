import Foundation
import Slice
import Testing

/// Files of a test, by path.
struct MemoryReader: SourceReader {
    var files: [String: String]

    func read(_ path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
}

/// A file below `Inputs`.
func input(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Inputs").appending(path: name)
}

/// Compiles texts by name, the first one being the main file.
func compile(
    _ main: String, with others: [String: String] = [:], options: SliceCompiler.Options = .init()
) -> SliceCompiler.Compilation {
    var files = others
    files["Test.ice"] = main
    return SliceCompiler(options: options, reader: MemoryReader(files: files)).compile(["Test.ice"])
}

/// The model of a text that must be right.
func model(_ main: String, with others: [String: String] = [:], _ location: Testing.SourceLocation = #_sourceLocation)
    throws -> SliceModel
{
    let result = compile(main, with: others)
    return try #require(
        result.model, "\(result.diagnostics.map(\.description).joined(separator: "\n"))", sourceLocation: location)
}

/// The errors and warnings as `line:column: severity: message`.
func messages(_ compilation: SliceCompiler.Compilation) -> [String] {
    compilation.diagnostics.map {
        "\($0.location.line):\($0.location.column): \($0.severity.rawValue): \($0.message)"
    }
}

extension SliceCompiler.Compilation {
    var errors: [String] { diagnostics.filter { $0.severity == .error }.map(\.message) }
    var warnings: [String] { diagnostics.filter { $0.severity == .warning }.map(\.message) }
}
