import Foundation
import Testing

@testable import Gateway

@Suite struct ErrorTableTests {
    @Test("status and dispatched never contradict each other", arguments: ErrorCode.allCases)
    func truth(_ code: ErrorCode) {
        switch code.status {
        case 503: #expect(code.dispatched == .no)
        case 502, 504: #expect(code.dispatched != .no)
        case 500: #expect(code.dispatched != .no)
        default: break
        }
    }

    @Test("what is retryable follows from the status", arguments: ErrorCode.allCases)
    func retryable(_ code: ErrorCode) {
        #expect(code.isRetryable(idempotent: false) == (code.status == 503))
        #expect(code.isRetryable(idempotent: true) == [502, 503, 504].contains(code.status))
    }

    @Test("docs/errors.md lists exactly the table")
    func documented() throws {
        let page = try String(contentsOf: Repository.file("docs/errors.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        let expected = ErrorCode.allCases.map { code in
            "| `\(code.rawValue)` | \(code.status) | \(code.dispatched.rawValue) | \(code.title) |"
        }
        #expect(Set(rows) == Set(expected))
        #expect(rows.count == expected.count)
    }
}
