import IceEncoding

extension InputStream {
    // MARK: Encapsulations

    /// Reads what is in an encapsulation, as those of ``InvocationResult/outEncaps`` and ``IncomingRequest/inEncaps``: all
    /// of it but for optional values at the end.
    ///
    /// - Parameters:
    ///   - encapsulation: with its six header bytes.
    ///   - communicator: that proxies belong to, and whose loader knows classes; nil where there are no proxies.
    ///   - read: called twice where encoding 1.0 has instances: they follow what refers to them.
    /// - Throws: ``MarshalError``, and what `read` throws.
    public static func decode<Content>(
        _ encapsulation: [UInt8], communicator: Communicator?, _ read: (inout InputStream) throws -> Content
    ) throws -> Content {
        try encapsulation.withUnsafeBytes { try decode($0, communicator: communicator, read) }
    }

    /// As ``decode(_:communicator:_:)``, of borrowed bytes.
    static func decode<Content>(
        _ encapsulation: UnsafeRawBufferPointer, communicator: Communicator?,
        _ read: (inout InputStream) throws -> Content
    ) throws -> Content {
        var cursor = InputCursor(encapsulation)
        let (encoding, payload) = try cursor.readEncapsulation()
        guard encoding.isSupported else {
            throw MarshalError(.unsupportedVersion, "an encapsulation of encoding \(encoding)")
        }
        var istr = InputStream(payload, encoding: encoding, communicator: communicator)
        let content = try read(&istr)
        guard istr.isOld, let reader = istr.slices, reader.hasReferences else {
            try istr.finish()
            return content
        }
        try istr.readOldInstances(reader)
        try istr.finish()
        try istr.cursor.move(to: 0)
        return try read(&istr)
    }

    /// Reads a user exception, as those of ``InvocationResult/outEncaps`` when the result is not ok.
    ///
    /// - Parameters:
    ///   - encapsulation: with its six header bytes.
    ///   - declared: types that are known without a loader.
    /// - Returns: the exception, nil when none of its types is known, and the most derived type id.
    /// - Throws: ``MarshalError``.
    public static func decodeException(
        _ encapsulation: [UInt8], communicator: Communicator?, declared: [UserException.Type] = []
    ) throws -> (exception: UserException?, typeId: String) {
        try encapsulation.withUnsafeBytes {
            try decodeException($0, communicator: communicator, declared: declared, isComplete: false)
        }
    }

    /// As ``decodeException(_:communicator:declared:)``, of borrowed bytes.
    static func decodeException(
        _ encapsulation: UnsafeRawBufferPointer, communicator: Communicator?, declared: [UserException.Type],
        isComplete: Bool
    ) throws -> (exception: UserException?, typeId: String) {
        var cursor = InputCursor(encapsulation)
        let (encoding, payload) = try cursor.readEncapsulation()
        guard encoding.isSupported else {
            throw MarshalError(.unsupportedVersion, "a user exception in encoding \(encoding)")
        }
        var istr = InputStream(payload, encoding: encoding, communicator: communicator)
        return try istr.readException(declared: declared, isComplete: isComplete)
    }

    /// Checks that nothing is left, as ``InputCursor/finish(_:)`` does.
    private mutating func finish() throws {
        if !isOld { try skipTaggedValues(needsEndMarker: false) }
        try cursor.finish(encoding)
    }
}
