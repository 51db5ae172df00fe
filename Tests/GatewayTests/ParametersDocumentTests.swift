import Foundation
import IceTesting
import Testing

/// Every example of docs/parameters.md, as its text says.
@Suite(.timeLimit(.minutes(5))) struct ParametersDocumentTests {
    private func blocks() throws -> [(kind: String, text: String)] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let text = try String(contentsOf: root.appendingPathComponent("docs/parameters.md"), encoding: .utf8)
        var blocks: [(kind: String, text: String)] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if !isOpen { blocks.append((String(line.dropFirst(3)), "")) }
                isOpen.toggle()
            } else if isOpen {
                blocks[blocks.count - 1].text += line + "\n"
            }
        }
        try #require(!isOpen)
        return blocks
    }

    @Test("every example is true")
    func examples() async throws {
        let blocks = try blocks()
        let slice = try #require(blocks.first { $0.kind == "slice" }).text
        try await LibraryGateway.with(slice: slice) { gateway in
            var answer: HTTPAnswer?
            var count = 0
            for block in blocks {
                let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let words = lines[0].split(separator: " ").map(String.init)
                switch block.kind {
                case "request":
                    let body = lines.count > 2 ? lines[2] : nil
                    answer = try await gateway.client.send(words[0], words[1], body)
                case "arguments":
                    #expect(answer?.status ?? 0 < 300, "\(answer?.body ?? "")")
                    #expect(gateway.shelf.calls.last?.parameters.description == lines[0])
                    count += 1
                case "refused":
                    let problem = try ReceivedProblem(try #require(answer))
                    #expect(problem.code == words[0] && problem.detail.contains(words[1]), "\(problem.detail)")
                    count += 1
                default: #expect(block.kind == "slice")
                }
            }
            #expect(count == blocks.count / 2 && count > 0)
        }
    }
}
