import SliceJSON

/// Why a request does not become an invocation.
enum Refusal: Error {
    case json(JSONError)
    case problem(Problem)

    init(_ code: ErrorCode, _ detail: String) { self = .problem(Problem(code, detail)) }

    func problem(_ failures: FailureMapping) -> Problem {
        switch self {
        case .json(let error): failures.problem(error)
        case .problem(let problem): problem
        }
    }
}
