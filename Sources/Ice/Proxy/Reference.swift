import IceEncoding
import Synchronization

/// What a proxy says, shared by its copies, and the invoker that serves calls from outside the loops.
final class Reference: Sendable {
    /// The part that makes two proxies equal.
    struct Content: Hashable, Sendable {
        /// What others see of it.
        var proxy: ProxyContent
        /// What only this runtime sees.
        var options: ProxyOptions
    }

    let content: Content
    let communicator: Communicator
    /// What batches of this proxy are collected in; nil for a proxy that has none. That of a fixed proxy belongs to its
    /// connection.
    let batchRequestQueue: BatchRequestQueue?
    let templates = TemplateCache()
    private let cachedInvoker = Mutex<Invoker?>(nil)

    init(_ content: Content, communicator: Communicator) {
        self.content = content
        self.communicator = communicator
        let limits = communicator.clientSettings.batchLimits
        batchRequestQueue =
            content.options.fixed?.connection.batchRequestQueue
            ?? limits[content.proxy.mode].map { BatchRequestQueue(limit: $0) }
    }

    /// The invoker of calls that come from outside the loops; one for all copies of the proxy, or one for each call when
    /// the proxy doesn't keep to a connection.
    func invoker() -> Invoker {
        guard content.options.isConnectionCached else { return Invoker(content, pool: pool()) }
        return cachedInvoker.withLock { cached in
            if let invoker = cached { return invoker }
            let invoker = Invoker(content, pool: pool())
            cached = invoker
            return invoker
        }
    }

    private func pool() -> ConnectionPool {
        content.options.fixed.map { communicator.pool($0.connection.loop) }
            ?? communicator.routerPools.pool(for: content) ?? communicator.nextPool()
    }
}

extension Reference.Content {
    /// Whether texts that are equal have the same bytes, too: é may be one character or two.
    func hasBytes(of other: Reference.Content) -> Bool {
        proxy.facet.utf8.elementsEqual(other.proxy.facet.utf8)
            && proxy.adapterId.utf8.elementsEqual(other.proxy.adapterId.utf8)
            && options.connectionId.utf8.elementsEqual(other.options.connectionId.utf8)
            && (options.context.isEmpty
                || RequestContext(options.context).bytes == RequestContext(other.options.context).bytes)
    }
}
