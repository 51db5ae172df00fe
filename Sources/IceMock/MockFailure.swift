/// What is wrong with a Slice file, an answer or a call of a mock.
public struct MockFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One problem a line; those of files begin with `file:line:column: error:`.
    public let description: String

    init(_ description: String) { self.description = description }
}
