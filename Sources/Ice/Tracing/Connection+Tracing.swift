import IceEncoding
import Logging

extension Connection {
    // MARK: Traces

    /// What the outbox tells of each message it takes; nil when nobody wants to know.
    static func messageTrace(_ tracing: Tracing, peer: String) -> (@Sendable (UnsafeRawBufferPointer) -> Void)? {
        guard tracing.messages > 0 else { return nil }
        return { message in
            let description = MessageDescription(message)
            tracing.trace(
                .messages, "sending \(description.kind)",
                description.metadata.merging(["ice-connection": "\(peer)"]) { $1 })
        }
    }

    func traceReceived(_ message: UnsafeRawBufferPointer) {
        let description = MessageDescription(message)
        settings.tracing.trace(
            .messages, "received \(description.kind)",
            description.metadata.merging(["ice-connection": "\(peer)"]) { $1 })
    }

    /// - Parameter verb: `sent` or `received`.
    func traceBytes(_ verb: String, _ count: Int) {
        settings.tracing.trace(.network, "\(verb) bytes", ["ice-connection": "\(peer)", "bytes": "\(count)"])
    }

    /// - Parameters:
    ///   - event: as `established`.
    ///   - level: from which on it is told.
    ///   - reason: what ended it in order.
    func trace(
        _ event: String, _ transport: IPEndpoint.Transport, level: Int = 1, error: LocalException? = nil,
        reason: LocalException? = nil
    ) {
        guard settings.tracing.network >= level else { return }
        var metadata: Logger.Metadata = ["ice-connection": "\(peer)", "ice-transport": "\(transport.rawValue)"]
        if let error { metadata["error"] = "\(error)" }
        if let reason { metadata["reason"] = "\(reason)" }
        settings.tracing.trace(.network, "\(event) connection", metadata)
    }

    /// Tells of the end of a connection that was established, and warns when it broke.
    func traceEnd(_ transport: IPEndpoint.Transport, _ exception: LocalException) {
        let isOrdinary: Bool
        switch exception.code {
        case .closeConnection, .connectionAborted, .connectionClosed, .communicatorDestroyed, .objectAdapterDeactivated,
            .objectAdapterDestroyed, .closeTimeout:
            isOrdinary = true
        default: isOrdinary = false
        }
        trace("closed", transport, error: isOrdinary ? nil : exception, reason: isOrdinary ? exception : nil)
        guard settings.tracing.warnsOfConnections, !isOrdinary else { return }
        settings.tracing.warn(
            "connection broke",
            ["ice-connection": "\(peer)", "ice-transport": "\(transport.rawValue)", "error": "\(exception)"])
    }
}

extension Invocation {
    /// - Parameter pause: in milliseconds; nil when there are no attempts left.
    func traceRetry(after exception: LocalException, pause: Int?) {
        var metadata: Logger.Metadata = [
            "ice-operation": "\(template.operation)", "ice-identity": "\(invoker.identity)", "error": "\(exception)",
        ]
        if let pause, pause > 0 { metadata["ice-retry-interval"] = "\(pause) ms" }
        invoker.pool.settings.tracing.trace(
            .retry, pause == nil ? "cannot retry invocation: no attempt is left" : "retrying invocation", metadata)
    }
}

extension DispatchQueue {
    /// Tells of the end of a dispatch, or warns of it.
    func report(_ response: OutgoingResponse, to current: Current) {
        let tracing = adapter.settings.tracing
        // Of what succeeded there is nothing to warn.
        let succeeded = response.replyStatus == .ok || response.replyStatus == .userException
        guard tracing.dispatch > 0 || tracing.dispatchWarnings > 0 && !succeeded else { return }
        var metadata: Logger.Metadata = [
            "ice-operation": "\(current.operation)", "ice-identity": "\(current.id)",
            "ice-reply-status": "\(response.replyStatus.rawValue)",
        ]
        if !current.facet.isEmpty { metadata["ice-facet"] = "\(current.facet)" }
        if let details = response.exceptionDetails ?? response.exceptionId { metadata["error"] = "\(details)" }
        switch response.replyStatus {
        case .ok, .userException:
            if tracing.dispatch > 0 { tracing.trace(.dispatch, "dispatched", metadata) }
        case .unknownLocalException, .unknownUserException, .unknownException:
            if tracing.dispatchWarnings > 0 {
                tracing.warn("dispatch failed", metadata)
            } else {
                tracing.trace(.dispatch, "dispatch failed", metadata)
            }
        default:
            if tracing.dispatchWarnings > 1 {
                tracing.warn("dispatch failed", metadata)
            } else if tracing.dispatch > 0 {
                tracing.trace(.dispatch, "dispatch failed", metadata)
            }
        }
    }
}
