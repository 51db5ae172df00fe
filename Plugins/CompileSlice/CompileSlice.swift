import Foundation
import PackagePlugin

/// Generates Swift for the Slice files of a target with `slice2swift`, before the target is built.
@main
struct CompileSlice: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let folder = target.directoryURL
        let settingsFile = folder.appending(path: "slice2swift.json")
        let hasSettings = FileManager.default.fileExists(atPath: settingsFile.path())
        let settings = hasSettings ? try Settings(contentsOf: settingsFile) : Settings()

        let sources =
            settings.sources?.map { resolve($0, from: folder) }
            ?? target.sourceFiles(withSuffix: ".ice").map(\.url).sorted { $0.path() < $1.path() }
        guard !sources.isEmpty else {
            Diagnostics.warning("\(target.name) has no .ice files for CompileSlice")
            return []
        }
        let includes = (settings.includes ?? []).map { resolve($0, from: folder) }
        let outputs = sources.map { source in
            context.pluginWorkDirectoryURL
                .appending(path: source.deletingPathExtension().lastPathComponent + ".swift")
        }
        try checkNames(sources, of: target)
        var arguments = sources.map { $0.path(percentEncoded: false) }
        for include in includes { arguments += ["-I", include.path(percentEncoded: false)] }
        for define in settings.defines ?? [] { arguments += ["-D", define] }
        for (slice, swift) in (settings.modules ?? [:]).sorted(by: { $0.key < $1.key }) {
            arguments += ["--module", "\(slice)=\(swift)"]
        }
        arguments += ["--output-dir", context.pluginWorkDirectoryURL.path(percentEncoded: false)]

        let inputs = IncludeScanner(includes: includes).files(of: sources) + (hasSettings ? [settingsFile] : [])
        return [
            .buildCommand(
                displayName: "Compiling Slice of \(target.name)",
                executable: try context.tool(named: "slice2swift").url,
                arguments: arguments, inputFiles: inputs, outputFiles: outputs)
        ]
    }

    /// Two files of one name can't be built into one module; SwiftPM's own message names neither.
    private func checkNames(_ sources: [URL], of target: any SourceModuleTarget) throws {
        var owners: [String: String] = [:]
        for file in target.sourceFiles(withSuffix: ".swift") { owners[file.url.lastPathComponent] = file.url.path() }
        for source in sources {
            let name = source.deletingPathExtension().lastPathComponent + ".swift"
            if let owner = owners.updateValue(source.path(), forKey: name) {
                throw SettingsError(
                    description: "\(source.path()) becomes \(name), which \(owner) is already; rename one of them")
            }
        }
    }

    private func resolve(_ path: String, from folder: URL) -> URL {
        path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path).standardizedFileURL
    }
}

/// What `slice2swift.json` says. Paths are relative to its folder.
private struct Settings: Decodable {
    /// The Slice files; without it all of the target.
    var sources: [String]?
    /// Folders searched by `#include`.
    var includes: [String]?
    /// Macros, `NAME` or `NAME=VALUE`.
    var defines: [String]?
    /// The Swift modules of Slice modules that are generated elsewhere.
    var modules: [String: String]?

    init() {}

    init(contentsOf file: URL) throws {
        let data = try Data(contentsOf: file)
        let known = ["sources", "includes", "defines", "modules"]
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw SettingsError(description: "\(file.path()): unknown key '\(unknown)'")
        }
        do {
            self = try JSONDecoder().decode(Settings.self, from: data)
        } catch {
            throw SettingsError(description: "\(file.path()): \(error)")
        }
    }
}

private struct SettingsError: Error, CustomStringConvertible {
    var description: String
}
