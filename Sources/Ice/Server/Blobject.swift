// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

/// A servant that works on encoded parameters of any operation: for bridges and routers. It gets the operations of
/// ``Object``, too.
public protocol Blobject: Dispatcher {
    /// Answers one request.
    ///
    /// - Parameters:
    ///   - inEncaps: an encapsulation with its six header bytes.
    ///   - current: what was called.
    /// - Returns: whether `outEncaps` holds results; else it holds a user exception. An encapsulation with its six header
    ///   bytes, in the encoding `current.encoding`; empty for an operation without results.
    /// - Throws: anything; ``OutgoingResponse/init(_:for:)`` says what the client is told.
    func ice_invoke(inEncaps: [UInt8], current: Current) async throws -> (ok: Bool, outEncaps: [UInt8])
}

extension Blobject {
    /// Calls ``ice_invoke(inEncaps:current:)``.
    public func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let (ok, outEncaps) = try await ice_invoke(inEncaps: request.inEncaps, current: request.current)
        return request.current.makeOutgoingResponse(ok: ok, encapsulation: outEncaps)
    }
}
