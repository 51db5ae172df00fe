public import IceEncoding

/// Helpers for tests that speak in encoded parameters.
public enum Encapsulation {
    /// An encapsulation with what the closure writes.
    public static func make(
        _ encoding: EncodingVersion = .v1_1, _ write: (inout OutputBuffer) -> Void = { _ in }
    ) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginEncapsulation(encoding)
        write(&buffer)
        buffer.endEncapsulation(start)
        return Array(buffer.bytes)
    }

    /// What the closure reads from an encapsulation.
    ///
    /// - Throws: ``MarshalError`` when there is less than it reads.
    public static func read<Value>(
        _ bytes: [UInt8], _ body: (inout InputCursor) throws -> Value
    ) throws -> Value {
        try bytes.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            var payload = try cursor.readEncapsulation().payload
            return try body(&payload)
        }
    }
}
