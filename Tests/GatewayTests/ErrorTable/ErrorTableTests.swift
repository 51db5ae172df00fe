import Foundation
import Testing

@testable import Gateway
@testable import Ice

@Suite(.timeLimit(.minutes(5))) struct ErrorTableTests {
    /// Rows that no request gets by itself: for exceptions that a later runtime may have.
    private static let spare: [ErrorCode: (exception: LocalException, wasSent: Bool)] = [
        .invocationFailedUnsent: (LocalException(.file, "x"), false),
        .invocationFailed: (LocalException(.file, "x"), true),
    ]

    /// Rows that another suite proves, by its file, which has their code in quotes.
    private static let elsewhere: [ErrorCode: String] = [
        .unauthenticated: "GatewayTests/APIKeyTests.swift",
        .invalidToken: "GatewayTests/APIKeyTests.swift",
        .idempotencyKeyReused: "GatewayTests/IdempotencyTests.swift",
        .unknownInvocation: "GatewayTests/InvocationEndTests.swift",
        .invocationCancelled: "GatewayTests/InvocationEndTests.swift",
    ]

    @Test("a client can get every row, and gets all of it", arguments: ErrorCode.allCases)
    func provoked(_ code: ErrorCode) async throws {
        if let spare = Self.spare[code] {
            let mapping = FailureMapping(exposeServerText: false, exceptionStatuses: [:])
            #expect(mapping.problem(spare.exception, wasSent: spare.wasSent).code == code)
            return
        }
        if let file = Self.elsewhere[code] {
            let text = try String(contentsOf: Repository.file("Tests/\(file)"), encoding: .utf8)
            #expect(text.contains("\"\(code.rawValue)\""), "\(file) says nothing of \(code.rawValue)")
            return
        }
        let provocations = Provocation.all.filter { $0.code == code }
        try #require(!provocations.isEmpty, "no provocation of \(code.rawValue)")
        for provocation in provocations {
            let answer = try await provocation.provoke()
            let problem = try ReceivedProblem(answer)
            #expect(problem.code == code.rawValue, "\(answer.body)")
            #expect(answer.status == code.status)
            #expect(problem.dispatched == code.dispatched.rawValue)
            #expect(problem.members["title"] as? String == code.title)
            #expect(problem.members["type"] as? String == code.problemType)
            #expect(problem.retryable == code.isRetryable(idempotent: false))
            #expect((answer.headers["retry-after"] != nil) == [429, 503].contains(code.status))
        }
    }

    @Test("status and dispatched never contradict each other", arguments: ErrorCode.allCases)
    func truth(_ code: ErrorCode) {
        switch code.status {
        case 429, 503: #expect(code.dispatched == .no)
        case 502, 504: #expect(code.dispatched != .no)
        case 500: #expect(code.dispatched != .no)
        default: break
        }
    }

    @Test("what is retryable follows from the status", arguments: ErrorCode.allCases)
    func retryable(_ code: ErrorCode) {
        #expect(code.isRetryable(idempotent: false) == [429, 503].contains(code.status))
        #expect(code.isRetryable(idempotent: true) == [429, 502, 503, 504].contains(code.status))
    }

    @Test("docs/troubleshooting.md says of every code what to do")
    func explained() throws {
        let page = try String(contentsOf: Repository.file("docs/troubleshooting.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("| `"), let end = line.dropFirst(3).firstIndex(of: "`") else { return nil }
            return String(line.dropFirst(3)[..<end])
        }
        #expect(rows.sorted() == ErrorCode.allCases.map(\.rawValue).sorted())
    }

    @Test("docs/errors.md has exactly the table; `make errors` writes it anew")
    func documented() throws {
        let file = Repository.file("docs/errors.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let codes = ErrorCode.allCases.map { code in
            "| `\(code.rawValue)` | \(code.status) | \(code.dispatched.rawValue) | \(code.title) |"
        }
        let exceptions = Dictionary(grouping: ExceptionStatuses.builtIn, by: \.value).sorted { $0.key < $1.key }.map {
            status, types in
            "| \(status) | \(types.map { "`\($0.key)`" }.sorted().joined(separator: ", ")) |"
        }
        let expected = try Self.replacing("codes", codes, in: Self.replacing("exceptions", exceptions, in: page))
        if ProcessInfo.processInfo.environment["ICEGATE_WRITE_ERRORS"] == "1" {
            try expected.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == expected, "run `make errors`")
        }
    }

    /// The rows of the table that follows the comment `<!-- name -->` and its two lines of heading.
    private static func replacing(_ name: String, _ rows: [String], in page: String) throws -> String {
        var lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = try #require(lines.firstIndex(of: "<!-- \(name) -->")) + 3
        let end = lines[first...].firstIndex { !$0.hasPrefix("| ") } ?? lines.endIndex
        lines.replaceSubrange(first..<end, with: rows)
        return lines.joined(separator: "\n")
    }
}
