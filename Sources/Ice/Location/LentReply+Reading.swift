import IceEncoding

extension LentReply {
    /// Reads what the operation returned, up to its end.
    ///
    /// - Throws: what `body` throws; ``MarshalError``.
    func read<Value>(_ body: (inout InputCursor, EncodingVersion) throws -> Value) throws -> Value {
        var cursor = InputCursor(encapsulation)
        let content = try cursor.readEncapsulation()
        var payload = content.payload
        let value = try body(&payload, content.encoding)
        try payload.finish(content.encoding)
        return value
    }

    /// The Slice type id of the user exception, of its most derived slice.
    ///
    /// - Throws: ``MarshalError``.
    func userExceptionId() throws(MarshalError) -> String {
        var cursor = InputCursor(encapsulation)
        var payload = try cursor.readEncapsulation().payload
        // In 1.0 whether there are instances of classes, in 1.1 the flags of the slice.
        _ = try payload.read(UInt8.self)
        return try payload.readString()
    }
}
