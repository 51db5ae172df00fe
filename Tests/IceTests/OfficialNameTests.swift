// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Ice
import Testing

/// What programs for Ice for Swift 3.8 say, and what is easily said the same way.
@Suite("Names of Ice for Swift")
struct OfficialNameTests {
    private struct TillTraits: SliceTraits {
        static let staticIds = ["::Ice::Object", "::Shop::Till"]
        static let staticId = "::Shop::Till"
    }

    private struct TillPrx: Proxy {
        static let ice_staticId = "::Shop::Till"
        let untyped: ObjectPrx
    }

    @Test("proxies become text and properties, and back")
    func text() async throws {
        let communicator = try Communicator()
        let proxy = try #require(try communicator.stringToProxy("o:tcp -h h -p 1"))
        #expect(communicator.proxyToString(proxy) == proxy.ice_toString())
        #expect(communicator.proxyToString(nil) == "")
        #expect(try communicator.stringToProxy("") == nil)
        #expect(
            communicator.proxyToProperty(proxy: proxy, property: "P")
                == communicator.proxyToProperty(proxy, property: "P"))
        await communicator.destroy()
    }

    @Test("another identity leaves a proxy its type")
    func identity() async throws {
        let communicator = try Communicator()
        let till = try makeProxy(communicator: communicator, proxyString: "o:tcp -h h -p 1", type: TillPrx.self)
        let other: TillPrx = till.ice_identity(Identity(name: "other"))
        #expect(other.ice_getIdentity().name == "other")
        await communicator.destroy()
    }

    @Test("catch names a code, whatever the static type of the error")
    func codes() {
        func caught(_ error: any Error) -> String {
            do {
                throw error
            } catch LocalException.Code.objectNotExist {
                return "object"
            } catch LocalException.Code.facetNotExist {
                return "facet"
            } catch {
                return "other"
            }
        }
        #expect(caught(LocalException(.objectNotExist, "")) == "object")
        #expect(caught(LocalException(.facetNotExist, "")) == "facet")
        #expect(caught(LocalException(.marshal, "")) == "other")
        #expect(caught(CancellationError()) == "other")
        func typed() throws(LocalException) { throw LocalException(.parse, "") }
        do throws(LocalException) {
            try typed()
            Issue.record("nothing was thrown")
        } catch LocalException.Code.parse {
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("the usual answers of an interface's objects")
    func defaultObject() {
        let object = DefaultObject<TillTraits>()
        let current = Current(id: Identity(name: "o"), operation: "ice_ids")
        object.ice_ping(current: current)
        #expect(object.ice_id(current: current) == "::Shop::Till")
        #expect(object.ice_ids(current: current) == TillTraits.staticIds)
        #expect(object.ice_isA(id: "::Ice::Object", current: current))
        #expect(!object.ice_isA(id: "::Shop::Other", current: current))
        #expect(DefaultObject<ObjectTraits>().ice_ids(current: current) == ["::Ice::Object"])
    }

    @Test("reply statuses are read by their names")
    func replyStatuses() {
        #expect("\(ReplyStatus.ok) \(ReplyStatus.notSupported) \(ReplyStatus(rawValue: 99))" == "ok notSupported 99")
    }
}
