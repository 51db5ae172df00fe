import IceEncoding

extension InputStream {
    // MARK: Encapsulations

    /// Reads what is in an encapsulation, all of it but for optional values at the end.
    ///
    /// - Parameter read: called twice where encoding 1.0 has instances: they follow what refers to them.
    /// - Throws: ``MarshalError``, and what `read` throws.
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

    /// Checks that nothing is left, as ``InputCursor/finish(_:)`` does.
    private mutating func finish() throws {
        if !isOld { try skipTaggedValues(needsEndMarker: false) }
        try cursor.finish(encoding)
    }
}
