import Foundation
import Gateway
import IceMock
import Testing

@Suite("The examples of the documents on calls", .timeLimit(.minutes(5)))
struct CallDocumentTests {
    /// One block: a request, a line with the status, the body of the answer.
    private struct Example {
        var path: String
        var headers: [String: String] = [:]
        var body: String
        var status: Int
        var answer: String

        init?(_ block: Substring) {
            let halves = block.split(separator: "\n→ ", maxSplits: 1)
            guard halves.count == 2, let blank = halves[0].firstRange(of: "\n\n") else { return nil }
            let head = halves[0][..<blank.lowerBound].split(separator: "\n")
            let parts = halves[1].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = head.first, first.hasPrefix("POST "), let status = parts.first.flatMap({ Int($0) }) else {
                return nil
            }
            path = String(first.dropFirst(5))
            for line in head.dropFirst() {
                let field = line.split(separator: ": ", maxSplits: 1)
                guard field.count == 2 else { return nil }
                headers[String(field[0])] = String(field[1])
            }
            body = String(halves[0][blank.upperBound...])
            self.status = status
            answer = parts.count > 1 ? String(parts[1]) : ""
        }
    }

    @Test("are true", arguments: ["calls", "batches"])
    func examples(_ name: String) async throws {
        let text = try String(contentsOf: Repository.file("docs/\(name).md"), encoding: .utf8)
        let blocks = text.split(separator: "```http\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
        #expect(blocks.count >= 3)
        try await TestGateway.with(configure: { $0.context.allow = ["locale"] }) { gateway in
            try gateway.answer("greet") { call in .returns(.string("Hello, \(call["name"]?.string ?? "")!")) }
            try gateway.answer("note") { _ in .nothing }
            for block in blocks {
                let example = try #require(Example(block), "\(block)")
                let answer = try await gateway.client.post(example.path, example.body, headers: example.headers)
                #expect(answer.status == example.status && answer.body == example.answer, "\(block)")
            }
        }
    }
}
