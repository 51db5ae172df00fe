/// Answers requests.
public protocol Dispatcher: Sendable {
    /// Answers one request. Requests of one connection are begun in their order, each when the one before has returned
    /// or waits for something; they may end in any order.
    ///
    /// - Throws: anything; ``OutgoingResponse/init(_:for:)`` says what the client is told.
    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse
}

/// A dispatcher for an object whose Slice types are known. Its adapter answers `ice_ping`, `ice_isA`, `ice_id` and
/// `ice_ids` for it.
public protocol Servant: Dispatcher {
    /// The Slice type ids of the object, its most derived interface first; `::Ice::Object` may be left out.
    var iceTypeIds: [String] { get }
}
