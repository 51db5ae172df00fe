import Foundation
import Testing

/// A problem document as a client sees it.
struct ReceivedProblem {
    let members: [String: Any]

    init(_ answer: HTTPAnswer) throws {
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(answer.headers["cache-control"] == "no-store")
        members = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer.body)")
        #expect(members["status"] as? Int == answer.status)
        for name in ["type", "title", "detail", "code", "instance"] { #expect(members[name] is String, "\(name)") }
        if answer.status == 503 { #expect(answer.headers["retry-after"] != nil) }
    }

    var code: String? { members["code"] as? String }
    var dispatched: String? { members["dispatched"] as? String }
    var retryable: Bool? { members["retryable"] as? Bool }
    var pointer: String? { members["pointer"] as? String }
    var detail: String { members["detail"] as? String ?? "" }
    var exception: [String: Any]? { members["exception"] as? [String: Any] }
}
