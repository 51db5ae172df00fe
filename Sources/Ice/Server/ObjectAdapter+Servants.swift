public import IceEncoding
import Synchronization

/// Servants by the names of their facets.
public typealias FacetMap = [String: any Dispatcher]

extension ObjectAdapter {
    // MARK: Servants

    /// Makes a servant answer for an identity.
    ///
    /// - Returns: a proxy for the object.
    /// - Throws: ``LocalException`` `.alreadyRegistered`, `.illegalIdentity`, `.objectAdapterDestroyed`; so do the others
    ///   that add.
    @discardableResult
    public func add(servant: any Dispatcher, id: Identity) throws(LocalException) -> ObjectPrx {
        try addFacet(servant: servant, id: id, facet: "")
    }

    /// Makes a servant answer for a facet of an identity; the empty facet is the default one.
    @discardableResult
    public func addFacet(
        servant: any Dispatcher, id: Identity, facet: String
    ) throws(LocalException) -> ObjectPrx {
        try check(id)
        return try change { state throws(LocalException) in
            guard state.servants.add(servant, id, facet) else {
                throw LocalException(.alreadyRegistered, "there is a servant for \(Self.text(id, facet)) already")
            }
            return makeProxy(id, facet, state)
        }
    }

    /// As ``addFacet(servant:id:facet:)``.
    @discardableResult
    public func add(servant: any Dispatcher, identity: Identity, facet: String = "") throws(LocalException) -> ObjectPrx
    {
        try addFacet(servant: servant, id: identity, facet: facet)
    }

    /// Makes a servant answer for a new identity, a random UUID.
    @discardableResult
    public func addWithUUID(_ servant: any Dispatcher) throws(LocalException) -> ObjectPrx {
        try addFacetWithUUID(servant: servant, facet: "")
    }

    /// Makes a servant answer for a facet of a new identity, a random UUID.
    @discardableResult
    public func addFacetWithUUID(servant: any Dispatcher, facet: String) throws(LocalException) -> ObjectPrx {
        try addFacet(servant: servant, id: Identity(name: UUIDText.random()), facet: facet)
    }

    /// Forgets the servant of an identity's default facet. Requests that it is answering go on.
    ///
    /// - Throws: ``LocalException`` `.notRegistered`, `.illegalIdentity`, `.objectAdapterDestroyed`; so do the others that
    ///   remove.
    @discardableResult
    public func remove(_ id: Identity) throws(LocalException) -> any Dispatcher { try removeFacet(id: id, facet: "") }

    /// Forgets the servant of a facet.
    @discardableResult
    public func removeFacet(id: Identity, facet: String) throws(LocalException) -> any Dispatcher {
        try check(id)
        return try change { state throws(LocalException) in
            guard let servant = state.servants.remove(id, facet) else {
                throw LocalException(.notRegistered, "there is no servant for \(Self.text(id, facet))")
            }
            return servant
        }
    }

    /// Forgets the servants of all facets of an identity.
    @discardableResult
    public func removeAllFacets(_ id: Identity) throws(LocalException) -> FacetMap {
        try check(id)
        return try change { state throws(LocalException) in
            let facets = state.servants.removeAllFacets(id)
            guard !facets.isEmpty else {
                throw LocalException(.notRegistered, "there is no servant for \(id)")
            }
            return facets
        }
    }

    /// The servant that answers for an identity's default facet, be it added or a default servant; nil when there is none.
    /// Servant locators are not asked.
    public func find(_ id: Identity) -> (any Dispatcher)? { findFacet(id: id, facet: "") }

    /// As ``find(_:)`` for a facet.
    public func findFacet(id: Identity, facet: String) -> (any Dispatcher)? {
        state.withLock { $0.servants.entry(id, facet)?.dispatcher }
    }

    /// The added servants of an identity; empty when there is none.
    public func findAllFacets(_ id: Identity) -> FacetMap { state.withLock { $0.servants.allFacets(id) } }

    /// As ``findFacet(id:facet:)`` with the identity and facet of a proxy.
    public func findByProxy(_ proxy: ObjectPrx) -> (any Dispatcher)? {
        findFacet(id: proxy.ice_getIdentity(), facet: proxy.ice_getFacet())
    }
}

extension ObjectAdapter {
    // MARK: By category

    /// Makes a servant answer for all objects of a category that have no servant of their own; for those of all categories
    /// when it is empty.
    ///
    /// - Throws: ``LocalException`` `.alreadyRegistered`, `.objectAdapterDestroyed`.
    public func addDefaultServant(servant: any Dispatcher, category: String) throws(LocalException) {
        try change { state throws(LocalException) in
            guard state.servants.addDefault(servant, category) else {
                throw LocalException(
                    .alreadyRegistered, "there is a default servant for category '\(category)' already")
            }
        }
    }

    /// Forgets a default servant.
    ///
    /// - Throws: ``LocalException`` `.notRegistered`, `.objectAdapterDestroyed`.
    @discardableResult
    public func removeDefaultServant(_ category: String) throws(LocalException) -> any Dispatcher {
        try change { state throws(LocalException) in
            guard let servant = state.servants.removeDefault(category) else {
                throw LocalException(.notRegistered, "there is no default servant for category '\(category)'")
            }
            return servant
        }
    }

    /// The default servant added for this very category; nil when there is none.
    public func findDefaultServant(_ category: String) -> (any Dispatcher)? {
        state.withLock { $0.servants.defaultServant(category) }
    }

    /// Asks a servant locator for the servants of a category when no added and no default servant answers; of all categories
    /// that have none of their own when it is empty.
    ///
    /// - Throws: ``LocalException`` `.alreadyRegistered`, `.objectAdapterDestroyed`.
    public func addServantLocator(locator: any ServantLocator, category: String) throws(LocalException) {
        try change { state throws(LocalException) in
            guard state.servants.add(locator, category) else {
                throw LocalException(
                    .alreadyRegistered, "there is a servant locator for category '\(category)' already")
            }
        }
    }

    /// Forgets a servant locator, which is not told.
    ///
    /// - Throws: ``LocalException`` `.notRegistered`, `.objectAdapterDestroyed`.
    @discardableResult
    public func removeServantLocator(_ category: String) throws(LocalException) -> any ServantLocator {
        try change { state throws(LocalException) in
            guard let locator = state.servants.removeLocator(category) else {
                throw LocalException(.notRegistered, "there is no servant locator for category '\(category)'")
            }
            return locator
        }
    }

    /// The servant locator added for this very category; nil when there is none.
    public func findServantLocator(_ category: String) -> (any ServantLocator)? {
        state.withLock { $0.servants.locator(category) }
    }
}

extension ObjectAdapter {
    // MARK: Checks

    /// Changes or reads the state of an adapter that is not destroyed.
    func change<Value: Sendable>(
        _ body: (inout State) throws(LocalException) -> Value
    ) throws(LocalException) -> Value {
        let result = state.withLock { state -> Result<Value, LocalException> in
            guard state.life.phase != .destroyed else { return .failure(destroyed) }
            do throws(LocalException) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func check(_ id: Identity) throws(LocalException) {
        guard !id.name.isEmpty else { throw LocalException(.illegalIdentity, "the name of an identity is empty") }
    }

    private static func text(_ id: Identity, _ facet: String) -> String {
        facet.isEmpty ? "\(id)" : "\(id) facet '\(facet)'"
    }

    var deactivated: LocalException {
        LocalException(.objectAdapterDeactivated, "object adapter '\(name)' is deactivated")
    }

    var destroyed: LocalException {
        LocalException(.objectAdapterDestroyed, "object adapter '\(name)' is destroyed")
    }
}
