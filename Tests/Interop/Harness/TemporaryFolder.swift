import Foundation

/// A folder for the length of a test.
enum TemporaryFolder {
    /// Runs `body` with the path of a new folder, which is removed with all that is in it.
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }

    /// Writes a file of properties.
    static func write(_ properties: [(String, String)], to path: String) throws {
        let text = properties.map { "\($0.0)=\($0.1)\n" }.joined()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
