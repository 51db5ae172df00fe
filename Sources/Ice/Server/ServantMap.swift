import IceEncoding

/// What an object adapter answers requests with. Texts are compared by their bytes, see ``Identity``.
struct ServantMap: Sendable {
    private struct Category: Hashable {
        let text: String

        static func == (left: Category, right: Category) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) { hasher.combine(utf8: text) }
    }

    private struct Key: Hashable {
        var identity: Identity
        var facet: String

        static func == (left: Key, right: Key) -> Bool {
            left.identity == right.identity && left.facet.utf8.elementsEqual(right.facet.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(identity)
            hasher.combine(utf8: facet)
        }
    }

    struct Entry: Sendable {
        let dispatcher: any Dispatcher
        /// The same when its types are known, so that no call has to look.
        let servant: (any Servant)?

        init(_ dispatcher: any Dispatcher) {
            self.dispatcher = dispatcher
            servant = dispatcher as? any Servant
        }
    }

    /// Who answers a request.
    enum Target: Sendable {
        case entry(Entry)
        /// Has to be asked. When it has no servant: whether the object has other facets.
        case locator(any ServantLocator, knowsIdentity: Bool)
        case nobody(knowsIdentity: Bool)
    }

    private var entries: [Key: Entry] = [:]
    /// The facets of an identity.
    private var facets: [Identity: [String]] = [:]
    private var defaults: [Category: Entry] = [:]
    private var locators: [Category: any ServantLocator] = [:]

    /// In the order of Ice: the servant of identity and facet, the default servants of the category and of the empty one,
    /// the servant locators of both.
    func target(_ identity: Identity, _ facet: String) -> Target {
        if let entry = entry(identity, facet) { return .entry(entry) }
        let knowsIdentity = facets[identity] != nil
        let locator =
            locators.isEmpty ? nil : locators[Category(text: identity.category)] ?? locators[Category(text: "")]
        guard let locator else { return .nobody(knowsIdentity: knowsIdentity) }
        return .locator(locator, knowsIdentity: knowsIdentity)
    }

    /// The added or default servant.
    func entry(_ identity: Identity, _ facet: String) -> Entry? {
        if let entry = entries[Key(identity: identity, facet: facet)] { return entry }
        guard !defaults.isEmpty else { return nil }
        return defaults[Category(text: identity.category)] ?? defaults[Category(text: "")]
    }

    /// Whether any facet of the identity was added.
    func has(_ identity: Identity) -> Bool { facets[identity] != nil }
}

extension ServantMap {
    // MARK: Servants

    /// - Returns: false when there is one already.
    mutating func add(_ servant: any Dispatcher, _ identity: Identity, _ facet: String) -> Bool {
        let key = Key(identity: identity, facet: facet)
        guard entries[key] == nil else { return false }
        entries[key] = Entry(servant)
        facets[identity, default: []].append(facet)
        return true
    }

    mutating func remove(_ identity: Identity, _ facet: String) -> (any Dispatcher)? {
        guard let entry = entries.removeValue(forKey: Key(identity: identity, facet: facet)) else { return nil }
        var left = facets[identity] ?? []
        left.removeAll { $0.utf8.elementsEqual(facet.utf8) }
        facets[identity] = left.isEmpty ? nil : left
        return entry.dispatcher
    }

    func allFacets(_ identity: Identity) -> FacetMap {
        var found: FacetMap = [:]
        for facet in facets[identity] ?? [] {
            found[facet] = entries[Key(identity: identity, facet: facet)]?.dispatcher
        }
        return found
    }

    /// - Returns: empty when there was none.
    mutating func removeAllFacets(_ identity: Identity) -> FacetMap {
        let found = allFacets(identity)
        for facet in facets.removeValue(forKey: identity) ?? [] {
            entries[Key(identity: identity, facet: facet)] = nil
        }
        return found
    }
}

extension ServantMap {
    // MARK: By category

    func defaultServant(_ category: String) -> (any Dispatcher)? { defaults[Category(text: category)]?.dispatcher }

    /// - Returns: false when there is one already.
    mutating func addDefault(_ servant: any Dispatcher, _ category: String) -> Bool {
        guard defaults[Category(text: category)] == nil else { return false }
        defaults[Category(text: category)] = Entry(servant)
        return true
    }

    mutating func removeDefault(_ category: String) -> (any Dispatcher)? {
        defaults.removeValue(forKey: Category(text: category))?.dispatcher
    }

    func locator(_ category: String) -> (any ServantLocator)? { locators[Category(text: category)] }

    /// - Returns: false when there is one already.
    mutating func add(_ locator: any ServantLocator, _ category: String) -> Bool {
        guard locators[Category(text: category)] == nil else { return false }
        locators[Category(text: category)] = locator
        return true
    }

    mutating func removeLocator(_ category: String) -> (any ServantLocator)? {
        locators.removeValue(forKey: Category(text: category))
    }

    /// The locators with their categories.
    var allLocators: [(category: String, locator: any ServantLocator)] { locators.map { ($0.text, $1) } }
}
