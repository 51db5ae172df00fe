import Foundation
import Testing

/// docs/ami-amd.md against the names of the tests that it speaks of.
@Suite("The checklist of asynchronous invocation and dispatch")
struct ChecklistTests {
    /// Those of the checklist.
    static let numbers = Array(1...103)

    struct Row {
        var numbers: [Int]
        /// Why, when there are no tests.
        var kept: String
        /// Both columns of tests.
        var tests: [String]

        /// Nil for a line that is no row of a numbered table.
        init?(_ line: Substring) {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("| "), cells.count == 5, let numbers = Self.numbers(cells[0]) else { return nil }
            self.numbers = numbers
            kept = cells[2]
            tests = (cells[3] + cells[4]).matches(of: #/`([^`]+)`/#).map { String($0.1) }
        }

        /// As in `7`, `64, 65` and `41–52`.
        private static func numbers(_ cell: String) -> [Int]? {
            let ends = cell.split(separator: "–").map { Int($0) }
            if ends.count == 2, let first = ends[0], let last = ends[1], first <= last { return Array(first...last) }
            let numbers = cell.split(separator: ", ").map { Int($0) }
            return numbers.isEmpty || numbers.contains(nil) ? nil : numbers.compactMap { $0 }
        }
    }

    struct Sources {
        var rows: [Row] = []
        /// The numbers that names of tests begin with.
        var tested: Set<Int> = []
        /// Functions and types of tests.
        var names: Set<String> = []

        init() throws {
            let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let page = tests.deletingLastPathComponent().appending(path: "docs/ami-amd.md")
            rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { Row($0) }
            for folder in ["IceTests", "Interop"] {
                let files = try FileManager.default.subpathsOfDirectory(
                    atPath: tests.appending(path: folder).path(percentEncoded: false))
                for file in files where file.hasSuffix("Tests.swift") {
                    let url = tests.appending(path: "\(folder)/\(file)")
                    take(try String(contentsOf: url, encoding: .utf8))
                }
            }
        }

        private mutating func take(_ source: String) {
            for match in source.matches(of: #/@Test\(\s*"(\d+(?:, \d+)*): /#) {
                tested.formUnion(match.1.split(separator: ", ").compactMap { Int($0) })
            }
            for match in source.matches(of: #/\b(?:func|struct) (\w+)/#) { names.insert(String(match.1)) }
        }
    }

    @Test("every number has one row, and tests or a reason")
    func everyNumber() throws {
        let sources = try Sources()
        let listed = sources.rows.flatMap(\.numbers)
        #expect(listed.sorted() == Self.numbers)
        for row in sources.rows {
            for number in row.numbers {
                if row.tests.isEmpty {
                    #expect(row.kept != "yes" && !row.kept.isEmpty, "\(number) has neither tests nor a reason")
                } else {
                    #expect(sources.tested.contains(number), "no test is named after \(number)")
                }
            }
        }
    }

    @Test("every test that is named there exists, and tests are named after numbers that are there")
    func everyName() throws {
        let sources = try Sources()
        for row in sources.rows {
            for name in row.tests {
                for part in name.split(separator: ".") {
                    #expect(sources.names.contains(String(part)), "\(row.numbers) names \(name)")
                }
            }
        }
        let listed = Set(sources.rows.flatMap(\.numbers))
        #expect(sources.tested.subtracting(listed).isEmpty)
    }
}
