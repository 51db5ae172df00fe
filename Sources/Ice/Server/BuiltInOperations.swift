import IceEncoding

/// The operations that every Ice object has.
enum BuiltInOperations {
    /// - Returns: nil for any other operation.
    static func dispatch(_ request: IncomingRequest, typeIds: [String]) throws -> OutgoingResponse? {
        let encoding = request.current.encoding
        switch request.current.operation {
        case "ice_ping":
            return OutgoingResponse(emptyFor: encoding)
        case "ice_id":
            return response(encoding) { $0.appendString(typeIds.first ?? "::Ice::Object") }
        case "ice_ids":
            let sorted = all(typeIds).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return response(encoding) { buffer in
                buffer.appendSize(sorted.count)
                for id in sorted { buffer.appendString(id) }
            }
        case "ice_isA":
            let id = try request.inEncaps.withUnsafeBytes { bytes throws(MarshalError) in
                var cursor = InputCursor(bytes)
                var payload = try cursor.readEncapsulation().payload
                return try payload.readString()
            }
            return response(encoding) {
                $0.append(all(typeIds).contains { $0.utf8.elementsEqual(id.utf8) } ? 1 : 0 as UInt8)
            }
        default:
            return nil
        }
    }

    private static func all(_ typeIds: [String]) -> Set<String> { Set(typeIds).union(["::Ice::Object"]) }

    private static func response(_ encoding: EncodingVersion, _ write: (inout OutputBuffer) -> Void) -> OutgoingResponse
    {
        var buffer = OutputBuffer(minimumCapacity: 64)
        let start = buffer.beginEncapsulation(encoding)
        write(&buffer)
        buffer.endEncapsulation(start)
        return OutgoingResponse(outEncaps: Array(buffer.bytes))
    }
}
