import IceEncoding
import Testing

@testable import Ice

@Suite("What a locator answered")
struct LocatorTableTests {
    static let second: UInt64 = 1_000_000_000
    static let endpoints = [Endpoint.ip(IPEndpoint(.tcp, host: "h", port: 1))]
    static let object = Identity(name: "o")

    @Test(
        "how long an answer is fresh",
        arguments: [
            (timeout: Int32(-1), age: UInt64.max, isFresh: Bool?.some(true)), (0, 0, nil), (1, second, true),
            (1, second + 1, false), (10, 10 * second, true), (10, 11 * second, false),
        ])
    func freshness(timeout: Int32, age: UInt64, isFresh: Bool?) {
        var table = LocatorTable()
        table.add(Self.endpoints, of: AdapterId("A"), now: 0)
        table.add(ProxyContent(identity: Self.object, adapterId: "A"), of: Self.object, now: 0)
        #expect(table.endpoints(of: AdapterId("A"), now: age, timeout: timeout)?.isFresh == isFresh)
        #expect(table.proxy(of: Self.object, now: age, timeout: timeout)?.isFresh == isFresh)
        #expect(table.endpoints(of: AdapterId("B"), now: age, timeout: timeout) == nil)
    }

    @Test("forgetting a well-known object forgets the adapter that it is in")
    func clear() {
        var table = LocatorTable()
        let adapter = AdapterId("A")
        func fill() {
            table.add(Self.endpoints, of: adapter, now: 0)
            table.add(ProxyContent(identity: Self.object, adapterId: "A"), of: Self.object, now: 0)
        }
        fill()
        table.clear(ProxyContent(identity: Self.object))
        #expect(table.proxy(of: Self.object, now: 0, timeout: -1) == nil)
        #expect(table.endpoints(of: adapter, now: 0, timeout: -1) == nil)
        fill()
        table.clear(ProxyContent(identity: Self.object, adapterId: "A"))
        #expect(table.proxy(of: Self.object, now: 0, timeout: -1)?.value.adapterId == "A")
        #expect(table.endpoints(of: adapter, now: 0, timeout: -1) == nil)
    }

    @Test("ids are compared byte by byte")
    func bytes() {
        var table = LocatorTable()
        table.add(Self.endpoints, of: AdapterId("\u{E9}"), now: 0)
        #expect(table.endpoints(of: AdapterId("e\u{301}"), now: 0, timeout: -1) == nil)
        #expect(table.endpoints(of: AdapterId("\u{E9}"), now: 0, timeout: -1)?.value == Self.endpoints)
    }
}
