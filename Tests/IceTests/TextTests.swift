import Ice
import IceEncoding
import Testing

@Suite("Identities and proxies as text")
struct TextTests {
    struct Golden: Decodable {
        struct Proxy: Decodable, CustomStringConvertible {
            struct Id: Decodable {
                var category: String
                var name: String
            }
            var input: String
            var result: String?
            var error: String?
            var identity: Id?
            var facet: String?
            var adapterId: String?
            var encoding: String?
            var endpoints: [String]?
            var mode: String?
            var description: String { input }
        }

        struct Written: Decodable, CustomStringConvertible {
            var category: String
            var name: String
            var unicode: String
            var unicodeProxy: String
            var ascii: String
            var asciiProxy: String
            var compat: String
            var compatProxy: String

            enum CodingKeys: String, CodingKey {
                case category, name
                case unicode = "Unicode"
                case unicodeProxy = "proxyUnicode"
                case ascii = "ASCII"
                case asciiProxy = "proxyASCII"
                case compat = "Compat"
                case compatProxy = "proxyCompat"
            }

            var description: String { unicode }
        }

        struct Read: Decodable, CustomStringConvertible {
            var input: String
            var category: String?
            var name: String?
            var error: String?
            var description: String { input }
        }

        var proxies: [Proxy]
        var identityToString: [Written]
        var stringToIdentity: [Read]
    }

    static let golden: Golden? = try? Vectors.load("strings")

    @Test("the golden data is there")
    func hasGolden() throws {
        let golden = try #require(Self.golden)
        #expect(golden.proxies.count > 100)
    }

    @Test("a proxy text gives what Ice 3.8 reads, or is refused", arguments: golden?.proxies ?? [])
    func parses(_ vector: Golden.Proxy) async throws {
        let communicator = try Communicator(["Ice.Default.Host": "127.0.0.1"])
        defer { Task { await communicator.destroy() } }
        guard vector.error == nil else {
            #expect(throws: LocalException.self) { try communicator.makeProxy(vector.input) }
            return
        }
        let made = try communicator.makeProxy(vector.input)
        guard let result = vector.result else {
            #expect(made == nil)
            return
        }
        let proxy = try #require(made)
        #expect(proxy.description == result)
        #expect(proxy.ice_getIdentity().name == vector.identity?.name)
        #expect(proxy.ice_getIdentity().category == vector.identity?.category)
        #expect(proxy.ice_getFacet() == vector.facet)
        #expect(proxy.ice_getAdapterId() == vector.adapterId)
        #expect(proxy.ice_getEncodingVersion().description == vector.encoding)
        #expect(proxy.ice_getEndpoints().map(\.description) == vector.endpoints)
        #expect(try communicator.makeProxy(result) == proxy)
    }

    @Test("identities are written in the three modes", arguments: golden?.identityToString ?? [])
    func writes(_ vector: Golden.Written) async throws {
        let communicator = try Communicator()
        defer { Task { await communicator.destroy() } }
        let identity = Identity(name: vector.name, category: vector.category)
        #expect(identity.text(.unicode) == vector.unicode)
        #expect(identity.text(.ascii) == vector.ascii)
        #expect(identity.text(.compat) == vector.compat)
        let proxy = try #require(try communicator.makeProxy("x")).ice_identity(identity)
        #expect(proxy.text(.unicode) == vector.unicodeProxy)
        #expect(proxy.text(.ascii) == vector.asciiProxy)
        #expect(proxy.text(.compat) == vector.compatProxy)
        #expect(try Identity(parsing: identity.text()) == identity)
    }

    @Test("identities are read", arguments: golden?.stringToIdentity ?? [])
    func reads(_ vector: Golden.Read) throws {
        guard vector.error == nil else {
            #expect(throws: LocalException.self) { try Identity(parsing: vector.input) }
            return
        }
        let identity = try Identity(parsing: vector.input)
        #expect(identity.name == vector.name)
        #expect(identity.category == vector.category)
    }
}
