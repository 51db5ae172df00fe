import EventLoop
import IceEncoding
import Synchronization

/// The locators of a communicator.
final class LocatorManager: Sendable {
    /// Locators with the same table: replicas of one.
    private struct TableKey: Hashable {
        var identity: Identity
        var encoding: EncodingVersion
    }

    private struct State {
        var infos: [Reference.Content: LocatorInfo] = [:]
        var tables: [TableKey: SharedLocatorTable] = [:]
    }

    private let updatesInBackground: Bool
    private let tracing: Tracing
    /// The time in nanoseconds.
    private let clock: @Sendable () -> UInt64
    private let state = Mutex(State())

    /// - Throws: ``LocalException`` `.parse` for a property that is no number.
    init(
        _ properties: Properties, tracing: Tracing, clock: @escaping @Sendable () -> UInt64 = EventLoop.clock
    ) throws(LocalException) {
        updatesInBackground = try properties.integer("Ice.BackgroundLocatorCacheUpdates", default: 0) > 0
        self.tracing = tracing
        self.clock = clock
    }

    /// Forgets all locators; what is under way goes on.
    func clear() { state.withLock { $0 = State() } }

    /// What is known from a locator by those who speak an encoding.
    func info(_ locator: ObjectPrx, encoding: EncodingVersion) -> LocatorInfo {
        var content = locator.reference.content
        content.proxy.encoding = encoding
        content.proxy.mode = .twoway
        // A locator is not looked up.
        content.options.locator = nil
        return state.withLock { state in
            if let info = state.infos[content] { return info }
            let key = TableKey(identity: content.proxy.identity, encoding: encoding)
            let table = state.tables[key] ?? SharedLocatorTable(clock)
            state.tables[key] = table
            let info = LocatorInfo(
                Invoker(content, pool: locator.reference.communicator.nextPool()), table: table,
                updatesInBackground: updatesInBackground, tracing: tracing)
            state.infos[content] = info
            return info
        }
    }
}

/// A table that several locators and threads share.
final class SharedLocatorTable: Sendable {
    private let table = Mutex(LocatorTable())
    private let clock: @Sendable () -> UInt64

    init(_ clock: @escaping @Sendable () -> UInt64) { self.clock = clock }

    func withLock<Value>(_ body: (inout LocatorTable) -> sending Value) -> sending Value {
        table.withLock { body(&$0) }
    }

    /// The answer there was to a question, as a proxy with endpoints or an adapter id.
    ///
    /// - Parameter timeout: as of ``LocatorTable/endpoints(of:now:timeout:)``.
    func lookUp(_ question: LocatorQuestion, timeout: Int32) -> LocatorTable.Entry<ProxyContent>? {
        let now = clock()
        return table.withLock { table in
            switch question {
            case .object(let identity):
                return table.proxy(of: identity, now: now, timeout: timeout)
            case .adapter(let id):
                guard let entry = table.endpoints(of: id, now: now, timeout: timeout) else { return nil }
                return .init(
                    value: ProxyContent(identity: Identity(name: "dummy"), endpoints: entry.value),
                    isFresh: entry.isFresh)
            }
        }
    }

    /// Takes note of an answer. Failures other than that the locator doesn't know leave what is there.
    ///
    /// - Parameter objects: the well-known objects that an adapter was asked for; forgotten when that leads nowhere.
    func note(
        _ result: Result<ProxyContent?, LocalException>, to question: LocatorQuestion, askedFor objects: [Identity]
    ) {
        let now = clock()
        let proxy = (try? result.get()) ?? nil
        var isNotRegistered = false
        if case .failure(let exception) = result { isNotRegistered = exception.code == .notRegistered }
        table.withLock { table in
            if proxy?.endpoints.isEmpty ?? true { for object in objects { table.remove(object) } }
            switch question {
            case .adapter(let id):
                if let proxy, !proxy.endpoints.isEmpty {
                    table.add(proxy.endpoints, of: id, now: now)
                } else if isNotRegistered {
                    table.remove(id)
                }
            case .object(let identity):
                if let proxy, !proxy.endpoints.isEmpty || !proxy.adapterId.isEmpty {
                    table.add(proxy, of: identity, now: now)
                } else if isNotRegistered {
                    table.remove(identity)
                }
            }
        }
    }
}
