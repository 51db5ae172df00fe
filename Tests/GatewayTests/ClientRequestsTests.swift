import EventLoop
import Testing

@testable import Gateway

@Suite struct ClientRequestsTests {
    private func address(_ host: String, _ port: UInt16 = 1) throws -> SocketAddress {
        try #require(SocketAddress(numeric: host, port: port))
    }

    @Test("a client has so many requests at a time, whatever its ports")
    func limit() throws {
        let requests = ClientRequests(limit: 2)
        let first = try #require(requests.begin(try address("10.0.0.1", 1)))
        let second = try #require(requests.begin(try address("10.0.0.1", 2)))
        #expect(requests.begin(try address("10.0.0.1", 3)) == nil)
        #expect(requests.begin(try address("10.0.0.2")) != nil)
        first.giveBack()
        first.giveBack()
        let third = requests.begin(try address("10.0.0.1"))
        let fourth = requests.begin(try address("10.0.0.1"))
        #expect(third != nil && fourth == nil)
        withExtendedLifetime((second, third)) {}
    }

    @Test("a request that nobody holds any more counts no longer, and a client without requests is forgotten")
    func forgets() throws {
        let requests = ClientRequests(limit: 1)
        for number in 1...200 {
            let share = requests.begin(try address("10.0.0.\(number)"))
            #expect(share != nil && requests.clientCount == 1)
            withExtendedLifetime(share) {}
        }
        #expect(requests.clientCount == 0)
    }

    @Test("an IPv6 client is its network of 64 bits, an IPv4 one inside IPv6 its IPv4 address")
    func networks() throws {
        let requests = ClientRequests(limit: 1)
        let held = try #require(requests.begin(try address("2001:db8:0:1::1")))
        #expect(requests.begin(try address("2001:db8:0:1:ffff::2")) == nil)
        #expect(requests.begin(try address("2001:db8:0:2::1")) != nil)
        let mapped = try #require(requests.begin(try address("::ffff:10.0.0.1")))
        #expect(requests.begin(try address("10.0.0.1")) == nil)
        withExtendedLifetime((held, mapped)) {}
    }
}
