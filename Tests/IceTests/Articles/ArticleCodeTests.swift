import Foundation
import Testing

/// Whether every line of Swift in the articles is compiled and run by tests: those beside this file, and those with generated code.
@Suite("Articles: their code")
struct ArticleCodeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardized

    private static func files(_ folder: String, _ suffix: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: root.appending(path: folder), includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(suffix) }
    }

    /// Lines without their indentation, and without empty ones.
    private static func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    static func blocks() throws -> [(article: String, code: String)] {
        try files("Sources/Ice/Ice.docc", ".md").flatMap { file in
            let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```")
            return stride(from: 1, to: parts.count, by: 2).compactMap { index in
                parts[index].hasPrefix("swift\n") ? (file.lastPathComponent, String(parts[index].dropFirst(6))) : nil
            }
        }
    }

    @Test("every block of Swift in an article is part of a test")
    func compiled() throws {
        let folders = ["Tests/IceTests/Articles", "Tests/GeneratedCodeTests/Articles"]
        let sources = try folders.flatMap { try Self.files($0, ".swift") }.map {
            Self.lines(try String(contentsOf: $0, encoding: .utf8)).joined(separator: "\n")
        }
        let blocks = try Self.blocks()
        #expect(blocks.count > 30)
        for block in blocks {
            // A function that an article shows may be private in its test.
            let code = Self.lines(block.code).joined(separator: "\n")
            #expect(sources.contains { $0.contains(code) }, "\(block.article):\n\(block.code)")
        }
    }
}
