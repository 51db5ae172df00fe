public import IceEncoding

/// Reads parameters, results and exceptions out of an encapsulation. It is lent to whoever reads: nothing of it outlives
/// that scope.
public struct InputStream: ~Copyable {
    @usableFromInline var cursor: InputCursor
    /// Of the encapsulation.
    public let encoding: EncodingVersion
    /// That proxies belong to; nil where there are none.
    public let communicator: Communicator?
    @usableFromInline let isOld: Bool
    /// Whether strings that are read are keys of a dictionary.
    @usableFromInline var readsKey = false
    /// What is known about instances and slices; nil until there are some.
    var slices: SliceReader?

    /// - Parameter cursor: over what is in the encapsulation.
    init(_ cursor: InputCursor, encoding: EncodingVersion, communicator: Communicator?) {
        self.cursor = cursor
        self.encoding = encoding
        self.communicator = communicator
        isOld = encoding == .v1_0
    }
}

extension InputStream {
    // MARK: Values

    /// A value.
    ///
    /// - Throws: ``MarshalError``.
    @inlinable
    public mutating func read<Element: Streamable>(_: Element.Type = Element.self) throws -> Element {
        try Element._iceRead(from: &self)
    }

    /// An Ice size.
    ///
    /// - Throws: ``MarshalError``.
    @inlinable
    public mutating func readSize() throws -> Int { try cursor.readSize() }
}
