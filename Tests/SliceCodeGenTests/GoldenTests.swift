import Foundation
import SliceCodeGen
import Testing

/// What is generated is what is expected, to the byte. After a change of the generator that is meant, `make golden` writes
/// `Expected` anew: its difference is the change as users see it.
@Suite struct GoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let names = ["Classes", "Greeter", "Legacy", "Names", "Operations", "Prefix", "Types"]
    static let isWriting = ProcessInfo.processInfo.environment["ICEGATE_WRITE_GOLDEN"] == "1"

    @Test("generated as expected", arguments: names) func matches(_ name: String) throws {
        let input = GoldenTests.folder.appending(path: "Inputs/\(name).ice")
        let generation = SwiftGenerator(includePaths: [GoldenTests.folder.appending(path: "Inputs").path()])
            .generate([input.path()])
        #expect(!generation.hasErrors, "\(generation.diagnostics.joined(separator: "\n"))")
        let file = try #require(generation.files.first)
        #expect(file.name == name + ".swift")
        let expected = GoldenTests.folder.appending(path: "Expected/\(name).swift")
        if GoldenTests.isWriting { try file.text.write(to: expected, atomically: true, encoding: .utf8) }
        let text = try String(contentsOf: expected, encoding: .utf8)
        #expect(file.text == text, "first difference: \(GoldenTests.difference(file.text, text))")
    }

    @Test("every input has an expectation, and nothing else is there") func complete() throws {
        func files(_ folder: String, _ suffix: String) throws -> Set<String> {
            let all = try FileManager.default.contentsOfDirectory(
                atPath: GoldenTests.folder.appending(path: folder).path())
            return Set(all.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
        }
        #expect(try files("Expected", ".swift") == Set(GoldenTests.names))
        #expect(try files("Inputs", ".ice") == Set(GoldenTests.names))
    }

    /// The first line that differs, of both.
    private static func difference(_ left: String, _ right: String) -> String {
        let lefts = left.split(separator: "\n", omittingEmptySubsequences: false)
        let rights = right.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, (one, other)) in zip(lefts, rights).enumerated() where one != other {
            return "line \(index + 1): '\(one)' instead of '\(other)'"
        }
        return "\(lefts.count) lines instead of \(rights.count)"
    }
}
