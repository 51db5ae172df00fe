import IceEncoding

extension Current {
    // MARK: Responses

    /// The response of an operation without results.
    public func makeEmptyOutgoingResponse() -> OutgoingResponse { OutgoingResponse(emptyFor: encoding) }

    /// A response made of encoded results, or of an encoded user exception.
    ///
    /// - Parameters:
    ///   - ok: false for a user exception.
    ///   - encapsulation: with its six header bytes; empty for an operation without results.
    /// - Returns: one with status 5 and a `MarshalException` when that is no encapsulation.
    public func makeOutgoingResponse(ok: Bool, encapsulation: [UInt8]) -> OutgoingResponse {
        guard !encapsulation.isEmpty else {
            return OutgoingResponse(ok: ok, outEncaps: [6, 0, 0, 0, encoding.major, encoding.minor])
        }
        do {
            let rest = try encapsulation.withUnsafeBytes { bytes throws(MarshalError) in
                var cursor = InputCursor(bytes)
                _ = try cursor.readEncapsulation()
                return cursor.remaining
            }
            guard rest == 0 else {
                throw MarshalError(
                    .badEncapsulation, "\(rest) bytes behind the encapsulation that \(operation) returned")
            }
        } catch {
            return makeOutgoingResponse(error: error)
        }
        return OutgoingResponse(ok: ok, outEncaps: encapsulation)
    }

    /// The response that passes on what another object answered, whatever the types of its results and user exceptions.
    public func makeOutgoingResponse(_ result: InvocationResult) -> OutgoingResponse {
        makeOutgoingResponse(ok: result.ok, encapsulation: result.outEncaps)
    }

    /// The response for an error, see ``OutgoingResponse/init(_:for:)``.
    public func makeOutgoingResponse(error: any Error) -> OutgoingResponse { OutgoingResponse(error, for: self) }

    /// Refuses a request whose sender takes the operation for one that may be repeated, for operations that may not.
    ///
    /// - Throws: ``LocalException`` `.marshal`.
    public func checkNonIdempotent() throws(LocalException) {
        guard mode == .normal else {
            throw LocalException(.marshal, "operation \(operation) is not idempotent, but was called with mode \(mode)")
        }
    }
}
