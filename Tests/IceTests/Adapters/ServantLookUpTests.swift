import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Servants of an object adapter", .timeLimit(.minutes(5)))
struct ServantLookUpTests {
    @Test("the order is: identity and facet, default servants of the category and of all, locators of both")
    func order() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            try adapter.activate()
            let own = Locator { $0.id.name == "located" ? MockServant(["::CategoryLocator"]) : nil }
            let all = Locator { $0.id.name == "located" ? MockServant(["::Locator"]) : nil }
            #expect(try await scene.answer("o", category: "c") == "ObjectNotExist")
            try adapter.addServantLocator(locator: all, category: "")
            #expect(try await scene.answer("located", category: "c") == "::Locator")
            try adapter.addServantLocator(locator: own, category: "c")
            #expect(try await scene.answer("located", category: "c") == "::CategoryLocator")
            #expect(try await scene.answer("located", category: "d") == "::Locator")
            // The locator of the category says no: the other one is not asked.
            #expect(try await scene.answer("o", category: "c") == "ObjectNotExist")
            try adapter.addDefaultServant(servant: MockServant(["::Default"]), category: "")
            #expect(try await scene.answer("located", category: "c") == "::Default")
            try adapter.addDefaultServant(servant: MockServant(["::CategoryDefault"]), category: "c")
            #expect(try await scene.answer("located", category: "c") == "::CategoryDefault")
            #expect(try await scene.answer("located", category: "d") == "::Default")
            let id = Identity(name: "located", category: "c")
            try adapter.add(servant: MockServant(["::Own"]), id: id)
            #expect(try await scene.answer("located", category: "c") == "::Own")
            // A facet that was not added is the default servant's.
            #expect(try await scene.answer("located", category: "c", facet: "f") == "::CategoryDefault")
            try adapter.addFacet(servant: MockServant(["::Facet"]), id: id, facet: "f")
            #expect(try await scene.answer("located", category: "c", facet: "f") == "::Facet")
        }
    }

    @Test("an object with other facets lacks the facet, one without does not exist", arguments: [false, true])
    func notExist(hasLocator: Bool) async throws {
        try await AdapterScene.run { scene in
            if hasLocator { try scene.adapter.addServantLocator(locator: Locator { _ in nil }, category: "") }
            try scene.adapter.addFacet(servant: MockServant(), id: Identity(name: "o"), facet: "f")
            try scene.adapter.activate()
            #expect(try await scene.answer("o") == "FacetNotExist")
            #expect(try await scene.answer("o", facet: "g") == "FacetNotExist")
            #expect(try await scene.answer("p", facet: "f") == "ObjectNotExist")
            try scene.adapter.removeFacet(id: Identity(name: "o"), facet: "f")
            #expect(try await scene.answer("o") == "ObjectNotExist")
        }
    }

    @Test("what is added is found, and can't be added again; what is removed is gone")
    func adding() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            let (first, second) = (MockServant(), MockServant())
            let id = Identity(name: "o", category: "c")
            try adapter.add(servant: first, id: id)
            let facet = try adapter.addFacet(servant: second, id: id, facet: "f")
            #expect(facet.ice_getFacet() == "f" && facet.ice_getIdentity() == id)
            #expect(adapter.find(id) as? MockServant === first)
            #expect(adapter.findByProxy(facet) as? MockServant === second)
            #expect(adapter.findAllFacets(id).keys.sorted() == ["", "f"])
            #expect(throws: LocalException(.alreadyRegistered, "")) { try adapter.add(servant: first, id: id) }
            #expect(try adapter.remove(id) as? MockServant === first)
            #expect(throws: LocalException(.notRegistered, "")) { try adapter.remove(id) }
            #expect(try adapter.removeAllFacets(id).keys.sorted() == ["f"])
            #expect(throws: LocalException(.notRegistered, "")) { try adapter.removeAllFacets(id) }
            #expect(adapter.find(id) == nil && adapter.findAllFacets(id).isEmpty)

            try adapter.addDefaultServant(servant: first, category: "c")
            #expect(throws: LocalException(.alreadyRegistered, "")) {
                try adapter.addDefaultServant(servant: second, category: "c")
            }
            #expect(adapter.find(id) as? MockServant === first && adapter.findAllFacets(id).isEmpty)
            #expect(adapter.findDefaultServant("c") != nil && adapter.findDefaultServant("") == nil)
            #expect(try adapter.removeDefaultServant("c") as? MockServant === first)
            #expect(throws: LocalException(.notRegistered, "")) { try adapter.removeDefaultServant("c") }

            let locator = Locator { _ in nil }
            try adapter.addServantLocator(locator: locator, category: "c")
            #expect(throws: LocalException(.alreadyRegistered, "")) {
                try adapter.addServantLocator(locator: locator, category: "c")
            }
            #expect(adapter.findServantLocator("c") as? Locator === locator && adapter.findServantLocator("") == nil)
            #expect(try adapter.removeServantLocator("c") as? Locator === locator)
            #expect(throws: LocalException(.notRegistered, "")) { try adapter.removeServantLocator("c") }
            await adapter.destroy()
            #expect(locator.deactivated.isEmpty)
        }
    }

    @Test("names that look alike are told apart by their bytes")
    func lookAlikes() async throws {
        try await AdapterScene.run { scene in
            for name in ["\u{e9}", "e\u{301}"] {
                try scene.adapter.addFacet(servant: MockServant(), id: Identity(name: "o"), facet: name)
                try scene.adapter.addDefaultServant(servant: MockServant(["::\(name)"]), category: name)
            }
            try scene.adapter.activate()
            #expect(try await scene.answer("x", category: "e\u{301}").utf8.elementsEqual("::e\u{301}".utf8))
            try scene.adapter.removeFacet(id: Identity(name: "o"), facet: "\u{e9}")
            #expect(scene.adapter.findFacet(id: Identity(name: "o"), facet: "e\u{301}") != nil)
        }
    }

    @Test("an identity without a name is refused; a UUID is as good as any")
    func identities() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            for id in [Identity(name: ""), Identity(name: "", category: "c")] {
                #expect(throws: LocalException(.illegalIdentity, "")) {
                    try adapter.add(servant: MockServant(), id: id)
                }
                #expect(throws: LocalException(.illegalIdentity, "")) { try adapter.createProxy(id) }
            }
            let names = try (0..<50).map { _ in try adapter.addWithUUID(MockServant()).ice_getIdentity().name }
            let form = #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
            #expect(Set(names).count == 50 && names.allSatisfy { $0.wholeMatch(of: form) != nil })
            #expect(try adapter.addFacetWithUUID(servant: MockServant(), facet: "f").ice_getFacet() == "f")
        }
    }
}

/// A servant locator that notes what it is told.
final class Locator: ServantLocator {
    private let find: @Sendable (Current) async throws -> (any Dispatcher)?
    private let finish: @Sendable (Current) async throws -> Void
    let notes = Notes<String>()
    private let categories = Notes<String>()

    init(
        finish: @escaping @Sendable (Current) async throws -> Void = { _ in },
        _ find: @escaping @Sendable (Current) async throws -> (any Dispatcher)?
    ) {
        self.find = find
        self.finish = finish
    }

    private final class Cookie {
        let text: String
        init(_ text: String) { self.text = text }
    }

    func locate(_ curr: Current) async throws -> (returnValue: (any Dispatcher)?, cookie: AnyObject?) {
        notes.add("locate \(curr.operation)")
        return (try await find(curr), Cookie("\(curr.id.name) \(curr.operation)"))
    }

    func finished(curr: Current, servant: any Dispatcher, cookie: AnyObject?) async throws {
        notes.add("finished \((cookie as? Cookie)?.text ?? "")")
        try await finish(curr)
    }

    func deactivate(_ category: String) { categories.add(category) }

    /// The categories it was deactivated for.
    var deactivated: [String] { categories.all }
}
