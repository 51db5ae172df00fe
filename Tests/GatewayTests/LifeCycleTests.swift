import Foundation
import Gateway
import Ice
import IceEncoding
import IceTesting
import Slice
import Testing

@Suite(.timeLimit(.minutes(5))) struct LifeCycleTests {
    @Test("a client that goes away cancels its call, so that nothing waits for it")
    func clientGone() async throws {
        let gateway = try await TestGateway()
        let gate = Gate()
        defer { gate.open() }
        try gateway.answer("hang") { _ in
            await gate.wait()
            return .nothing
        }
        let close = try await gateway.client.begin(
            Array("POST /shop/hang HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".utf8))
        await gateway.servant.waitForCalls("hang", count: 1)
        close()
        // The servant still hangs: only because the exchange is gone can the shutdown finish it all.
        async let finished = gateway.shutdownServer()
        #expect(try await finished)
        gate.open()
        await gateway.destroyCommunicator()
    }

    @Test("shutdown finishes what is in flight")
    func drains() async throws {
        let gateway = try await TestGateway()
        let gate = Gate()
        defer { gate.open() }
        try gateway.answer("greet") { _ in
            await gate.wait()
            return .returns("late")
        }
        async let answer = gateway.client.post("/shop/greet", #"{"name":"x"}"#)
        await gateway.servant.waitForCalls("greet", count: 1)
        async let finished = gateway.shutdownServer()
        await gateway.waitUntilDraining()
        gate.open()
        #expect(try await answer.body == #"{"returnValue":"late"}"#)
        #expect(try await finished)
        await gateway.destroyCommunicator()
    }

    @Test("a shutdown whose deadline comes first says so and ends")
    func deadline() async throws {
        let gateway = try await TestGateway(configure: { $0.shutdownDeadline = .milliseconds(100) })
        let gate = Gate()
        defer { gate.open() }
        try gateway.answer("hang") { _ in
            await gate.wait()
            return .nothing
        }
        let close = try await gateway.client.begin(
            Array("POST /shop/hang HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".utf8))
        await gateway.servant.waitForCalls("hang", count: 1)
        #expect(try await gateway.shutdownServer() == false)
        close()
        gate.open()
        await gateway.destroyCommunicator()
    }

    @Test("liveness, readiness and the document")
    func ownPages() async throws {
        try await TestGateway.with(configure: { $0.services.removeLast(2) }) { gateway in
            let live = try await gateway.client.send("GET", "/livez")
            #expect(live.status == 200)
            let ready = try await gateway.readiness()
            #expect(ready.status == 200 && ready.body.contains(#""shop":"ready""#))
            let head = try await gateway.client.send("HEAD", "/livez")
            #expect(head.status == 200 && head.body.isEmpty)
            let document = try await gateway.client.send("GET", "/openapi.json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(document.body.utf8)) as? [String: Any])
            #expect(object["openapi"] as? String == "3.1.0")
            let paths = try #require(object["paths"] as? [String: Any])
            #expect(paths["/shop/greet"] != nil && paths["/shop/root"] != nil && paths["/shop/odd"] == nil)
        }
    }

    @Test("services that can't be served are errors at start")
    func badServices() async throws {
        let model = try #require(SliceCompiler.compile(source: TestGateway.slice, name: "Test.ice").model)
        func errors(_ services: [ServiceConfiguration]) async throws -> String {
            var configuration = GatewayConfiguration()
            configuration.services = services
            let communicator = try Communicator()
            let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
            await communicator.destroy()
            #expect(result.gateway == nil)
            return result.errors.map(\.description).joined(separator: "\n")
        }
        let proxy = "x:tcp -h 127.0.0.1 -p 1"
        #expect(try await errors([ServiceConfiguration(name: "docs", proxy: proxy)]).contains("'docs' is reserved"))
        #expect(try await errors([ServiceConfiguration(name: "a/b", proxy: proxy)]).contains("may have letters"))
        #expect(try await errors([ServiceConfiguration(name: "a", proxy: "x:tcp -h")]).contains("service 'a'"))
        for (options, reason) in [
            ("-e 1.2", "encoding 1.2"), ("-p 2.0", "protocol 2.0"),
        ] {
            let service = ServiceConfiguration(name: "a", proxy: "x \(options):tcp -h 127.0.0.1 -p 1")
            #expect(try await errors([service]).contains(reason))
        }
        let twice = ServiceConfiguration(name: "a", proxy: proxy)
        #expect(try await errors([twice, twice]).contains("defined twice"))
        let unknown = ServiceConfiguration(name: "a", proxy: proxy, interface: "::Test::Nothing")
        #expect(
            try await errors([unknown]).contains(
                "interface ::Test::Nothing is not in the Slice files; there are ::Test::Shop"))
        var oneway = ServiceConfiguration(name: "a", proxy: proxy)
        oneway.oneway = ["greet"]
        #expect(try await errors([oneway]).contains("can't be oneway"))
    }
}
