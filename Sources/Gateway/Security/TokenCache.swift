/// Tokens whose signature was found good, by their hash. Bounded: the older half goes when it is full.
struct TokenCache {
    private struct Entry {
        let client: ClientIdentity
        /// `exp`, in seconds since 1970.
        let end: Int64
    }

    /// Of each half.
    private let capacity: Int
    private var young: [Digest: Entry] = [:]
    private var old: [Digest: Entry] = [:]

    init(capacity: Int = 4096) { self.capacity = capacity }

    var count: Int { young.count + old.count }

    /// - Parameter now: seconds since 1970.
    mutating func client(_ token: Digest, now: Int64) -> ClientIdentity? {
        var found = young[token]
        if found == nil, let entry = old.removeValue(forKey: token) {
            found = entry
            insert(token, entry)
        }
        guard let found, now < found.end + JWTVerifier.leeway else { return nil }
        return found.client
    }

    mutating func insert(_ token: Digest, _ client: ClientIdentity, end: Int64) {
        insert(token, Entry(client: client, end: end))
    }

    private mutating func insert(_ token: Digest, _ entry: Entry) {
        if young.count >= capacity {
            old = young
            young = [:]
        }
        young[token] = entry
    }
}
