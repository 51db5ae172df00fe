import Foundation
import Testing

/// What the compiler does in the top-level code of a `main.swift`: of two overloads it takes the one that blocks, also behind
/// `await`, and then refuses it.
@Suite("Top-level code")
struct TopLevelCodeTests {
    @Test("nothing that blocks has the name of something to await")
    func names() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Ice")
            .standardized
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        var blocking: Set<Substring> = []
        var awaited: Set<Substring> = []
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /noasync[^\n]*\n\s*public func (\w+)/) { blocking.insert(match.1) }
            for match in text.matches(of: /public func (\w+)[^{]*\basync\b/) { awaited.insert(match.1) }
        }
        #expect(blocking.contains("waitForShutdown") && awaited.contains("shutdownCompleted"))
        #expect(blocking.intersection(awaited) == [])
    }
}
