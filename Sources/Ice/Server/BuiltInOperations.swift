import IceEncoding

/// The operations that every Ice object has.
enum BuiltInOperations {
    /// - Returns: nil for any other operation.
    /// - Throws: ``MarshalError``, and what the servant throws.
    static func dispatch(_ request: IncomingRequest, to servant: any Servant) async throws -> OutgoingResponse? {
        let current = request.current
        switch current.operation {
        case "ice_ping":
            try await servant.ice_ping(current: current)
            return current.makeEmptyOutgoingResponse()
        case "ice_id":
            let id = try await servant.ice_id(current: current)
            return response(current.encoding) { $0.appendString(id) }
        case "ice_ids":
            let ids = try await servant.ice_ids(current: current)
            return response(current.encoding) { buffer in
                buffer.appendSize(ids.count)
                for id in ids { buffer.appendString(id) }
            }
        case "ice_isA":
            let id = try request.inEncaps.withUnsafeBytes { bytes throws(MarshalError) in
                var cursor = InputCursor(bytes)
                var payload = try cursor.readEncapsulation().payload
                return try payload.readName()
            }
            let isA = try await servant.ice_isA(id: id, current: current)
            return response(current.encoding) { $0.append(isA ? 1 : 0 as UInt8) }
        default:
            return nil
        }
    }

    private static func response(_ encoding: EncodingVersion, _ write: (inout OutputBuffer) -> Void) -> OutgoingResponse
    {
        var buffer = OutputBuffer(minimumCapacity: 64)
        let start = buffer.beginEncapsulation(encoding)
        write(&buffer)
        buffer.endEncapsulation(start)
        return OutgoingResponse(outEncaps: Array(buffer.bytes))
    }
}
