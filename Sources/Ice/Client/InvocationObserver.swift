package import IceEncoding

/// Is told what becomes of an invocation, always on the invoker's loop and never inside
/// ``Invoker/invoke(_:context:payload:isTwoway:isIdempotent:timeout:observer:)``.
///
/// Exactly one of these ends an invocation: ``replied(_:status:body:)``, ``failed(_:_:wasSent:)``, for one without
/// reply ``sent(_:)``, for one that wants nothing but a connection ``obtained(_:_:)``. After a cancel nothing more is told.
package protocol InvocationObserver: AnyObject {
    /// The request was handed to the system completely. Told at most once, also with retries, and before the reply.
    func sent(_ invocation: Invocation)

    /// The reply came.
    ///
    /// - Parameter body: what follows the status byte, lent for the call: with ok and user exception an encapsulation
    ///   with its six header bytes (not looked into yet), otherwise for ``LocalException/init(status:body:)``.
    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer)

    /// The invocation came to nothing, retries included.
    ///
    /// - Parameter wasSent: false only when it is certain that no server executed the request.
    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool)

    /// Writes the payload that `invoke` was given once more, for a retry.
    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer)

    /// The connection is there; nil when requests need none, for they are collocated calls.
    func obtained(_ invocation: Invocation, _ connection: Connection?)
}

extension InvocationObserver {
    package func obtained(_ invocation: Invocation, _ connection: Connection?) {}
}
