/// The results of an operation with `["marshaled-result"]`, marshaled before its method returns: what they are made of may
/// change afterwards. Generated code conforms to it.
public protocol MarshaledResult: Sendable {
    /// The answer.
    var response: OutgoingResponse { get }
}
