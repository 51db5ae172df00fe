import IceEncoding

/// What a locator answered, and when. Pure: the time comes in as nanoseconds of any clock that only goes forward.
struct LocatorTable {
    /// An answer, perhaps an old one.
    struct Entry<Value> {
        var value: Value
        /// Whether it is young enough to be used without asking.
        var isFresh: Bool
    }

    private struct Stored<Value> {
        var value: Value
        var time: UInt64
    }

    private var adapters: [AdapterId: Stored<[Endpoint]>] = [:]
    private var objects: [Identity: Stored<ProxyContent>] = [:]

    /// - Parameter timeout: in seconds; 0 for an empty table, below 0 to take answers of any age for fresh.
    func endpoints(of adapter: AdapterId, now: UInt64, timeout: Int32) -> Entry<[Endpoint]>? {
        entry(adapters[adapter], now, timeout)
    }

    /// The proxy that is known for a well-known object: direct, or with an adapter id.
    ///
    /// - Parameter timeout: as of ``endpoints(of:now:timeout:)``.
    func proxy(of object: Identity, now: UInt64, timeout: Int32) -> Entry<ProxyContent>? {
        entry(objects[object], now, timeout)
    }

    private func entry<Value>(_ stored: Stored<Value>?, _ now: UInt64, _ timeout: Int32) -> Entry<Value>? {
        guard timeout != 0, let stored else { return nil }
        let isFresh = timeout < 0 || now - min(now, stored.time) <= UInt64(timeout) * 1_000_000_000
        return Entry(value: stored.value, isFresh: isFresh)
    }

    mutating func add(_ endpoints: [Endpoint], of adapter: AdapterId, now: UInt64) {
        adapters[adapter] = Stored(value: endpoints, time: now)
    }

    mutating func add(_ proxy: ProxyContent, of object: Identity, now: UInt64) {
        objects[object] = Stored(value: proxy, time: now)
    }

    mutating func remove(_ adapter: AdapterId) { adapters[adapter] = nil }

    /// - Returns: what was there.
    @discardableResult
    mutating func remove(_ object: Identity) -> ProxyContent? { objects.removeValue(forKey: object)?.value }

    /// Forgets all that led to the endpoints of an indirect proxy.
    mutating func clear(_ proxy: ProxyContent) {
        guard proxy.adapterId.isEmpty else { return remove(AdapterId(proxy.adapterId)) }
        if let found = remove(proxy.identity), !found.adapterId.isEmpty { remove(AdapterId(found.adapterId)) }
    }
}

/// The id of an object adapter, compared byte by byte as ``Identity`` is.
struct AdapterId: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: AdapterId, right: AdapterId) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine(utf8: text) }
}
