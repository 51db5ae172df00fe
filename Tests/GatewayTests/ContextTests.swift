import Ice
import IceEncoding
import Slice
import Testing

@testable import Gateway

@Suite("The fixed context of a service", .timeLimit(.minutes(5))) struct ContextTests {
    private static let context: FixedContext = ["secret": "s3cr3t", "tenant": "é"]

    /// Runs `body` with a gateway whose service `recorded` has the context and an object that notes every request's.
    private func withRecorder(
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway, ContextRecorder) async throws -> Void
    ) async throws {
        let recorder = ContextRecorder()
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Recorder", endpoints: "tcp -h 127.0.0.1 -p 0")
        try adapter.add(servant: recorder, identity: Identity(name: "shop"))
        try adapter.activate()
        let proxy = try adapter.createProxy(Identity(name: "shop"))
        do {
            try await TestGateway.with(proxies: ["recorded": "\(proxy)", "plain": "\(proxy)"]) { configuration in
                configuration.services.removeAll { !["recorded", "plain"].contains($0.name) }
                for index in configuration.services.indices where configuration.services[index].name == "recorded" {
                    configuration.services[index].context = Self.context
                }
                configure(&configuration)
            } _: {
                try await body($0, recorder)
            }
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("goes with every request of that service, twoway, oneway or repeated, and with no other's")
    func requests() async throws {
        try await withRecorder { gateway, recorder in
            recorder.fail(first: 1, of: "hangIdempotent")
            #expect(try await gateway.client.post("/recorded/hang", "").status == 200)
            #expect(try await gateway.client.post("/recorded/hangIdempotent", "").status == 200)
            let oneway = try await gateway.client.post(
                "/recorded/note", #"{"text":"x"}"#, headers: ["Ice-Mode": "oneway"])
            #expect(oneway.status == 202)
            // The same connection delivers in order: behind this one's answer the oneway request has come.
            #expect(try await gateway.client.post("/recorded/hang", "").status == 200)
            #expect(try await gateway.client.post("/plain/hang", "").status == 200)
            let entries = Self.context.entries
            #expect(
                recorder.calls == [
                    .init("hang", entries), .init("hangIdempotent", entries), .init("hangIdempotent", entries),
                    .init("note", entries), .init("hang", entries), .init("hang", [:]),
                ])
        }
    }

    @Test("goes with the question for readiness")
    func readiness() async throws {
        try await withRecorder { gateway, recorder in
            let answer = try await gateway.readiness()
            #expect(answer.status == 200, "\(answer.body)")
            #expect(
                Set(recorder.calls) == [.init("ice_isA", Self.context.entries), .init("ice_isA", [:])],
                "\(recorder.calls)")
        }
    }

    @Test("goes with the question for the interface")
    func interface() async throws {
        let model = try #require(
            SliceCompiler.compile(source: "module M { interface A {} interface B {} }", name: "AB.ice").model)
        var configuration = GatewayConfiguration()
        var service = ServiceConfiguration(name: "a", proxy: "a:tcp -h localhost -p 1")
        service.context = Self.context
        configuration.services = [service]
        let communicator = try Communicator()
        var asked: [[String: String]] = []
        let result = GatewayLoader(communicator: communicator) { proxy in
            asked.append(proxy.ice_getContext())
            return ["::M::B"]
        }.load(configuration, model: model)
        await communicator.destroy()
        #expect(result.gateway != nil && asked == [Self.context.entries])
    }

    @Test("counts towards the size of a message, to the byte")
    func size() async throws {
        try await withRecorder {
            $0.ice["Ice.MessageSizeMax"] = "1"
        } _: { gateway, recorder in
            // Header 14, id 4, identity 6, facet 1, operation 5, mode 1, context, then 6 bytes of encapsulation.
            let context = 1 + 1 + 6 + 1 + 6 + 1 + 6 + 1 + 2
            let text = 1024 - (14 + 4 + 6 + 1 + 5 + 1 + context + 6) - 5
            for (count, status) in [(text, 200), (text + 1, 413)] {
                let body = "{\"text\":\"\(String(repeating: "x", count: count))\"}"
                let answer = try await gateway.client.post("/recorded/note", body)
                #expect(answer.status == status, "\(count): \(answer.body)")
            }
            #expect(recorder.calls.count == 1)
        }
    }

    @Test("is in no page that the gateway serves and in no answer")
    func hidden() async throws {
        try await withRecorder { gateway, _ in
            for path in ["/openapi.json", "/openapi.yaml", "/readyz", "/livez", "/nothing"] {
                let answer = try await gateway.client.send("GET", path)
                #expect(!answer.body.isEmpty && !answer.body.contains("s3cr3t"), "\(path)")
            }
            for path in ["/recorded/note", "/recorded/buy"] {
                let answer = try await gateway.client.post(path, "{}")
                #expect(answer.status == 400 && !answer.body.contains("s3cr3t"), "\(answer.body)")
            }
        }
    }
}
