/// Answers requests.
public protocol Dispatcher: Sendable {
    /// Answers one request. Requests of one connection are begun in their order, each when the one before has returned
    /// or waits for something; they may end in any order.
    ///
    /// - Throws: anything; ``OutgoingResponse/init(_:for:)`` says what the client is told.
    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse
}
