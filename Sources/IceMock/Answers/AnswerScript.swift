import Ice
import Synchronization

/// One answer of an answers file.
struct ScriptedAnswer: Sendable {
    enum Outcome: Sendable {
        case result(AnswerTemplate)
        case exception(AnswerTemplate)
        case failure(ReplyStatus, AnswerTemplate)
        case example
    }

    var outcome: Outcome
    var delay: Duration?

    func answer(to call: MockCall, adapter: ObjectAdapter?) -> MockAnswer {
        func fill(_ template: AnswerTemplate) -> JSONValue {
            template.value { call.value(at: $0, adapter: adapter) }
        }
        return switch outcome {
        case .result(let template): .result(fill(template))
        case .exception(let template): .throw(fill(template))
        case .failure(let status, let template): .status(status, fill(template).string ?? "")
        case .example: .example
        }
    }
}

/// Answers that are given one after the other; the last one again and again.
final class AnswerWalk: Sendable {
    private let answers: [ScriptedAnswer]
    private let position = Mutex(0)

    init(_ answers: [ScriptedAnswer]) { self.answers = answers }

    /// Nil when there is none at all.
    func next() -> ScriptedAnswer? {
        position.withLock { position in
            guard position < answers.count else { return answers.last }
            defer { position += 1 }
            return answers[position]
        }
    }
}

/// What an answers file says about an operation.
final class AnswerScript: Sendable {
    private let conditional: [(condition: AnswerCondition, walk: AnswerWalk)]
    private let walk: AnswerWalk

    init(_ entries: AnswerEntries) {
        conditional = entries.conditional.map { ($0.condition, AnswerWalk($0.answers)) }
        walk = AnswerWalk(entries.answers)
    }

    /// The first answer whose condition holds, else the next one without a condition; nil when there is none.
    func answer(to call: MockCall) -> ScriptedAnswer? {
        for (condition, walk) in conditional where condition.holds(for: call.parameters) { return walk.next() }
        return walk.next()
    }
}

/// The same as it stands in the file.
struct AnswerEntries: Sendable {
    var conditional: [(condition: AnswerCondition, answers: [ScriptedAnswer])] = []
    var answers: [ScriptedAnswer] = []
}
