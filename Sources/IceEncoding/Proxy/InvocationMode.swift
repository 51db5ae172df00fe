/// How a proxy sends requests.
public enum InvocationMode: UInt8, Sendable {
    /// A request is answered.
    case twoway = 0
    /// A request is sent and forgotten.
    case oneway
    /// Requests are collected and sent together, unanswered.
    case batchOneway
    /// A request is one datagram.
    case datagram
    /// Requests are collected into datagrams.
    case batchDatagram
}
