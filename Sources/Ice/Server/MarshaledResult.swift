/// What a `["marshaled-result"]` operation of a servant returns: results that are marshaled already, perhaps under a lock of
/// the servant's own, so that they can't change before they are sent. Generated code has a type for each such operation.
public protocol MarshaledResult: Sendable {
    /// The whole response, in the encoding of the request.
    var response: OutgoingResponse { get }
}
