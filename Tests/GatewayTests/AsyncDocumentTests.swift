import Foundation
import Gateway
import IceTesting
import Testing

/// Runs the exchanges of `docs/async-calls.md`.
@Suite(.timeLimit(.minutes(5))) struct AsyncDocumentTests {
    private struct Step {
        var request: [String] = []
        var response: [String] = []
    }

    private func steps() throws -> [Step] {
        let page = try String(contentsOf: Repository.file("docs/async-calls.md"), encoding: .utf8)
        var steps: [Step] = []
        for line in page.split(separator: "\n") {
            if line.hasPrefix("> ") {
                if steps.last?.response.isEmpty != true { steps.append(Step()) }
                steps[steps.count - 1].request.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("< "), !steps.isEmpty {
                steps[steps.count - 1].response.append(String(line.dropFirst(2)))
            }
        }
        return steps
    }

    private func split(_ lines: ArraySlice<String>) -> (fields: [String: String], body: String?) {
        var fields: [String: String] = [:]
        for line in lines where !line.hasPrefix("{") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return (fields, lines.first { $0.hasPrefix("{") })
    }

    /// Whether the text is the pattern, in which `…` is anything.
    private func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "…")
        guard let first = parts.first, let last = parts.last, text.hasPrefix(first) else { return false }
        guard parts.count > 1 else { return text == pattern }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    @Test("every exchange of the page happens as it says")
    func page() async throws {
        let steps = try steps()
        try #require(steps.count == 9)
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { .returns("Hello, \($0["name"]?.string ?? "")!") }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            var id = ""
            for step in steps {
                let line = try #require(step.request.first).split(separator: " ").map(String.init)
                try #require(line.count == 2)
                let request = split(step.request.dropFirst())
                let answer = try await gateway.client.send(
                    line[0], line[1].replacing("$ID", with: id), request.body, headers: request.fields)
                if let location = answer.headers["location"] { id = String(location.dropFirst("/invocations/".count)) }
                #expect(step.response.first == "\(answer.status)", "\(step.request)")
                let expected = split(step.response.dropFirst())
                for (name, value) in expected.fields {
                    #expect(answer.headers[name.lowercased()] == value.replacing("$ID", with: id), "\(step.request)")
                }
                if let body = expected.body {
                    #expect(matches(answer.body, body.replacing("$ID", with: id)), "\(answer.body)")
                }
            }
        }
    }
}
