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
    private let cachedInvoker = Mutex<Invoker?>(nil)

    init(_ content: Content, communicator: Communicator) {
        self.content = content
        self.communicator = communicator
    }

    /// The invoker of calls that come from outside the loops; one for all copies of the proxy.
    func invoker() -> Invoker {
        cachedInvoker.withLock { cached in
            if let invoker = cached { return invoker }
            let pool = content.options.fixed.map { communicator.pool($0.connection.loop) } ?? communicator.nextPool()
            let invoker = Invoker(content, pool: pool)
            cached = invoker
            return invoker
        }
    }
}
