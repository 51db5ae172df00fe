import IceEncoding
import Logging
import Synchronization

/// Where a locator says an object is.
struct Located: Sendable {
    /// Empty when it is nowhere.
    var endpoints: [Endpoint]
    /// Whether the locator was not asked for them.
    var isCached: Bool
}

/// A locator and what it answered. From any thread; nothing here blocks.
///
/// It keeps the locator's invoker and not its proxy, which would keep the communicator.
final class LocatorInfo: Sendable {
    typealias Completion = @Sendable (Result<Located, LocalException>) -> Void

    /// Somebody who wants an answer.
    private struct Waiter: Sendable {
        /// Of the proxy whose endpoints are wanted.
        var encoding: EncodingVersion
        /// The well-known object that led to the question, when an adapter is asked for.
        var wellKnown: Identity?
        var timeout: Int32
        /// Nil for an update in the background.
        var completion: Completion?
        /// Whether the completion needs not be told any more.
        var isOver: @Sendable () -> Bool
    }

    /// What tells updates apart.
    private struct Update: Hashable {
        var encoding: EncodingVersion
        var wellKnown: Identity?

        init(_ waiter: Waiter) {
            encoding = waiter.encoding
            wellKnown = waiter.wellKnown
        }
    }

    private let invoker: Invoker
    private let table: SharedLocatorTable
    private let updatesInBackground: Bool
    private let tracing: Tracing
    /// Those who wait, by what was asked; the first one asked.
    private let waiting = Mutex<[LocatorQuestion: [Waiter]]>([:])

    init(_ invoker: Invoker, table: SharedLocatorTable, updatesInBackground: Bool, tracing: Tracing) {
        self.invoker = invoker
        self.table = table
        self.updatesInBackground = updatesInBackground
        self.tracing = tracing
    }

    /// Forgets where the object of an indirect proxy is.
    func clear(_ proxy: ProxyContent) {
        trace(2, "forgetting an answer", LocatorQuestion(proxy))
        table.withLock { $0.clear(proxy) }
    }

    /// Finds the endpoints of an indirect proxy.
    ///
    /// - Parameters:
    ///   - timeout: for how many seconds an earlier answer is used; 0 for none, below 0 for ever.
    ///   - wellKnown: the object that the proxy was found for.
    ///   - isOver: whether `completion` needs not be told any more; asked in any thread.
    /// - Returns: nil when `completion` will be told, on any thread; it is not told otherwise.
    func find(
        _ proxy: ProxyContent, timeout: Int32, wellKnown: Identity? = nil,
        isOver: @escaping @Sendable () -> Bool = { false },
        _ completion: @escaping Completion
    ) -> Located? {
        let question = LocatorQuestion(proxy)
        let waiter = Waiter(
            encoding: proxy.encoding, wellKnown: wellKnown, timeout: timeout, completion: completion, isOver: isOver)
        // One lock for the look and the wait: an answer that comes between them would be asked for again.
        let (known, isFirst) = waiting.withLock { waiting -> (ProxyContent?, Bool) in
            let entry = table.lookUp(question, timeout: timeout)
            if let entry, entry.isFresh { return (entry.value, false) }
            let known = updatesInBackground ? entry?.value : nil
            var waiter = waiter
            if known != nil { waiter.completion = nil }
            return (known, Self.add(waiter, to: &waiting[question]))
        }
        if let known { trace(2, "found without asking", question, known.text()) }
        if isFirst { ask(question) }
        return known.flatMap { follow($0, question, waiter, isCached: true, completion) }
    }

    /// A locator may never answer: those whose time is over, and updates that another one covers, must not pile up.
    ///
    /// - Returns: whether it is the first one.
    private static func add(_ waiter: Waiter, to waiters: inout [Waiter]?) -> Bool {
        guard var all = waiters else {
            waiters = [waiter]
            return true
        }
        waiters = nil
        // At powers of two, so that each is looked at few times.
        if all.count >= 64, all.count.nonzeroBitCount == 1 {
            var updates: Set<Update> = []
            all.removeAll { $0.completion == nil ? !updates.insert(Update($0)).inserted : $0.isOver() }
        }
        all.append(waiter)
        waiters = all
        return false
    }

    /// From what is known about a question to endpoints.
    private func follow(
        _ proxy: ProxyContent?, _ question: LocatorQuestion, _ waiter: Waiter, isCached: Bool,
        _ completion: @escaping Completion
    ) -> Located? {
        guard let proxy else { return Located(endpoints: [], isCached: isCached) }
        if case .object(let identity) = question {
            guard proxy.encoding.supports(waiter.encoding) else { return Located(endpoints: [], isCached: isCached) }
            if proxy.endpoints.isEmpty, !proxy.adapterId.isEmpty {
                return find(
                    proxy, timeout: waiter.timeout, wellKnown: identity, isOver: waiter.isOver, completion)
            }
        }
        return Located(endpoints: proxy.endpoints, isCached: isCached)
    }
}

extension LocatorInfo {
    // MARK: Asking

    private func ask(_ question: LocatorQuestion) {
        trace(1, "asking the locator", question)
        Question.ask(question.operation, invoker) { buffer, _ in
            question.writeParameters(into: &buffer)
        } read: { reply in
            try question.readAnswer(reply)
        } _: { [self] result in
            answered(question, result)
        }
    }

    private func answered(_ question: LocatorQuestion, _ result: Result<ProxyContent?, LocalException>) {
        let waiters = waiting.withLock { waiting in
            let waiters = waiting.removeValue(forKey: question) ?? []
            table.note(result, to: question, askedFor: waiters.compactMap(\.wellKnown))
            return waiters
        }
        trace(1, "the locator answered", question, Self.text(result))
        for waiter in waiters {
            switch result {
            case .success(let proxy):
                // Also in the background: behind a well-known object there may be an adapter that is not known yet.
                let completion = waiter.completion ?? { _ in }
                if let found = follow(proxy, question, waiter, isCached: false, completion) {
                    completion(.success(found))
                }
            case .failure(let exception):
                waiter.completion?(.failure(exception))
            }
        }
    }

    private func trace(
        _ level: Int, _ message: Logger.Message, _ question: LocatorQuestion, _ answer: @autoclosure () -> String? = nil
    ) {
        guard tracing.locator >= level else { return }
        var metadata: Logger.Metadata = ["ice-locator": "\(invoker.identity)", "question": "\(question)"]
        if let answer = answer() { metadata["answer"] = "\(answer)" }
        tracing.trace(.locator, message, metadata)
    }

    private static func text(_ result: Result<ProxyContent?, LocalException>) -> String {
        switch result {
        case .success(let proxy): proxy?.text() ?? "nil"
        case .failure(let exception): "\(exception)"
        }
    }
}

extension EncodingVersion {
    /// Whether who speaks this version understands the other one.
    fileprivate func supports(_ other: EncodingVersion) -> Bool { major == other.major && minor >= other.minor }
}
