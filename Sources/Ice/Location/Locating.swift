import EventLoop
import IceEncoding
import Synchronization

/// An invoker that waits to be told where its object is.
///
/// Sendable without a check: all but ``isOver`` is touched on the invoker's loop only.
final class Locating: @unchecked Sendable {
    /// Nil when the wait is over.
    private var invoker: Invoker?
    private let over = Atomic<Bool>(false)

    init(_ invoker: Invoker) { self.invoker = invoker }

    /// Whether nobody wants to be told any more. From any thread.
    var isOver: Bool { over.load(ordering: .relaxed) }

    /// The first answer counts.
    func end(_ result: Result<Located, LocalException>) { finish()?.endLocating(result) }

    /// Tells nobody.
    func giveUp() { _ = finish() }

    private func finish() -> Invoker? {
        guard let invoker else { return nil }
        self.invoker = nil
        over.store(true, ordering: .relaxed)
        invoker.pool.endLocating(self)
        return invoker
    }
}

extension ConnectionPool {
    // MARK: Locating

    func beginLocating(_ locating: Locating) { self.locating[ObjectIdentifier(locating)] = locating }

    func endLocating(_ locating: Locating) { self.locating[ObjectIdentifier(locating)] = nil }

    /// What this loop's connection to a router has been told.
    func routerInfo(_ router: ObjectPrx) -> RouterInfo {
        var content = router.reference.content
        // A router is neither routed nor looked up.
        content.options.router = nil
        content.options.locator = nil
        content.proxy.mode = .twoway
        if let info = routers[content] { return info }
        let info = RouterInfo(Invoker(content, pool: self))
        if !isDestroyed { routers[content] = info }
        return info
    }

    /// Ends what waits to be told, and what was told.
    func destroyLocations(_ reason: LocalException) {
        for locating in Array(locating.values) { locating.end(.failure(reason)) }
        routers = [:]
    }
}
