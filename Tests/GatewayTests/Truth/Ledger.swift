import Gateway
import Synchronization
import Testing

/// What servers executed and what clients were told, by the unique name of each request.
final class Ledger: Sendable {
    /// What a client was told.
    struct Answer: Sendable {
        var status: Int
        /// Nil when the request succeeded.
        var dispatched: String?
        var code: String?
        var body: String
    }

    private let executions = Mutex<[String: Int]>([:])
    private let answers = Mutex<[String: Answer]>([:])
    private let left: Mutex<Int>

    /// - Parameter count: of requests.
    init(_ count: Int) { left = Mutex(count) }

    /// The name of a request that was not made yet; nil when there were enough.
    func next() -> String? {
        left.withLock { left in
            guard left > 0 else { return nil }
            left -= 1
            return "request \(left)"
        }
    }

    func executed(_ name: String) { executions.withLock { $0[name, default: 0] += 1 } }

    func answered(_ name: String, _ answer: HTTPAnswer) throws {
        var told = Answer(status: answer.status, body: answer.body)
        if answer.status != 200 {
            let problem = try ReceivedProblem(answer)
            told.dispatched = problem.dispatched
            #expect(told.dispatched != nil)
            told.code = problem.code
        }
        answers.withLock { $0[name] = told }
    }

    /// The codes of the failures.
    var codes: Set<String> { answers.withLock { Set($0.values.compactMap(\.code)) } }

    func count(_ status: Int) -> Int { answers.withLock { $0.values.count { $0.status == status } } }

    /// Compares both. To be called when no server can execute anything any more.
    ///
    /// - Parameter answerCount: so many requests were answered; nil: some.
    func check(answerCount: Int?, _ comment: Comment) {
        let executions = executions.withLock { $0 }
        let answers = answers.withLock { $0 }
        if let answerCount { #expect(answers.count == answerCount, comment) }
        for (name, answer) in answers {
            let times = executions[name] ?? 0
            switch (answer.status, answer.dispatched) {
            case (200, _), (_, "yes"): #expect(times == 1, "\(name) ran \(times) times: \(answer) \(comment)")
            case (_, "no"): #expect(times == 0, "\(name) ran \(times) times: \(answer) \(comment)")
            default: #expect(times <= 1, "\(name) ran \(times) times: \(answer) \(comment)")
            }
            if [429, 503].contains(answer.status) { #expect(answer.dispatched == "no", "\(answer)") }
        }
        for (name, times) in executions where answers[name] == nil { #expect(times <= 1, "\(name) \(comment)") }
    }
}
