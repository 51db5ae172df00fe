/// What is wrong with received bytes, or why a value can't be written.
public struct MarshalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Code: Hashable, Sendable {
        /// Fewer bytes are left than the value needs.
        case truncated
        /// A size, count or length is negative or larger than what can follow.
        case badSize
        /// An encapsulation smaller than its header, larger than what is left, or not read to its end.
        case badEncapsulation
        /// The encoding or protocol version is not one we read.
        case unsupportedVersion
        /// A string that is not UTF-8.
        case badString
        /// A number that no enumerator has.
        case badEnumerator
        /// A message header that is not one: magic, type, size.
        case badHeader
        /// Everything else that the format forbids.
        case malformed
    }

    /// Which kind it is.
    public var code: Code
    /// What, where, the numbers; never payload bytes.
    public var message: String

    /// - Parameter message: what, where, the numbers.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
