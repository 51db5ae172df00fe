/// Why a text is no identity, endpoint or proxy.
public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong. It may repeat any part of the text.
    public var message: String

    /// - Parameter message: what is wrong.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
