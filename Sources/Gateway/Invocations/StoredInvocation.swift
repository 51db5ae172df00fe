/// What is known of an invocation that clients may ask about.
struct StoredInvocation: Sendable {
    enum State: String, Sendable {
        case running, succeeded, failed, cancelled
    }

    let id: String
    let route: Route
    let created: Timestamp
    var state = State.running
    /// Whether the request was handed to the system completely.
    var isSent = false
    /// Whether that happened in the turn of the loop that made the invocation; false of a request that had to wait, for a connection or
    /// for a peer that took no more.
    var isSentSynchronously = false
    var finished: Timestamp?
    /// Until when it is kept at most.
    var expires: Timestamp?
    /// What the call would have been answered; nil while it runs, and when it was cancelled.
    var response: StoredResponse?

    init(id: String, route: Route) {
        self.id = id
        self.route = route
        created = .now()
    }

    /// 128 bits that nobody guesses, in 32 hexadecimal digits.
    static func randomID() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    var path: String { "/invocations/\(id)" }
}
