import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Middleware", .timeLimit(.minutes(5)))
struct MiddlewareTests {
    /// Notes what goes by.
    private struct Noting: Dispatcher {
        let name: String
        let notes: Notes<String>
        let next: any Dispatcher

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let current = request.current
            notes.add("\(name) \(current.operation)")
            do {
                let response = try await next.dispatch(request)
                notes.add("\(name) \(current.operation) \(response.replyStatus.rawValue)")
                return response
            } catch {
                notes.add("\(name) \(current.operation) \((error as? LocalException)?.code.description ?? "other")")
                throw error
            }
        }
    }

    private static func servant() -> MockServant {
        MockServant(operations: [
            "op": { $0.current.makeEmptyOutgoingResponse() },
            "fail": { _ in throw LocalException(.dns, "nowhere") },
        ])
    }

    @Test(
        "95: what is added first is called first; each is made once, when the first request comes, the last one first")
    func order() async throws {
        let (made, notes) = (Notes<String>(), Notes<String>())
        try await DispatchServer.run(
            Self.servant(),
            prepare: { adapter in
                for name in ["a", "b"] {
                    adapter.use { next in
                        made.add(name)
                        return Noting(name: name, notes: notes, next: next)
                    }
                }
            }
        ) { server in
            #expect(made.all == [])
            _ = try await server.proxy.ice_invoke(operation: "op", mode: .normal)
            #expect(made.all == ["b", "a"])
            #expect(notes.all == ["a op", "b op", "b op 0", "a op 0"])
            #expect(await server.failure("fail")?.code == .unknownLocal)
            // As thrown: only the client sees the translation.
            #expect(notes.all.suffix(4) == ["a fail", "b fail", "b fail DNS", "a fail DNS"])
            // Objects that don't exist and the operations of every object go by, too.
            try await server.proxy.ice_ping()
            let other = server.proxy.ice_identity(Identity(name: "other"))
            await #expect(throws: LocalException.self) { try await other.ice_ping() }
            #expect(notes.all.suffix(2) == ["b ice_ping ObjectNotExist", "a ice_ping ObjectNotExist"])
            #expect(made.all == ["b", "a"])
        }
    }

    @Test("95: first requests that come together wait for the middleware")
    func together() async throws {
        let (made, notes) = (Notes<Int>(), Notes<String>())
        try await DispatchServer.run(
            Self.servant(),
            prepare: { adapter in
                adapter.use { next in
                    made.add(1)
                    return Noting(name: "a", notes: notes, next: next)
                }
            }
        ) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let proxy = server.proxy.ice_connectionId("\(number)")
                        _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
                    }
                }
                try await group.waitForAll()
            }
            #expect(made.all == [1])
            #expect(notes.all.count == 40)
        }
    }

    @Test("95: a middleware may answer itself, change the request, and change the answer")
    func changes() async throws {
        struct Guarding: Dispatcher {
            let next: any Dispatcher

            func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
                guard request.current.ctx["token"] == "t" else {
                    throw LocalException(replyStatus: .unauthorized, "no token")
                }
                var request = request
                request.inEncaps = Encapsulation.make { $0.appendString("bob") }
                let response = try await next.dispatch(request)
                guard response.replyStatus == .ok else { return response }
                let text = try Encapsulation.read(response.payload) { try $0.readString() }
                return OutgoingResponse(
                    replyStatus: ReplyStatus(rawValue: 77), exceptionId: "Teapot", exceptionDetails: "short",
                    payload: [UInt8(text.utf8.count)] + Array(text.utf8))
            }
        }
        try await DispatchServer.run(
            Greeter.servant(), prepare: { $0.use { Guarding(next: $0) } }
        ) { server in
            #expect(await server.failure("greet")?.replyStatus == .unauthorized)
            let failure = await #expect(throws: LocalException.self) {
                try await server.proxy.ice_invoke(
                    operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("alice") },
                    context: ["token": "t"])
            }
            #expect(failure?.replyStatus?.rawValue == 77 && failure?.message == "Hello, bob!")
        }
    }

    @Test("95: it sees the requests of all transports", arguments: ["tcp", "ssl", "ws", "wss", "udp"])
    func transports(transport: String) async throws {
        let authority = try TestAuthority()
        let notes = Notes<String>()
        let isDatagram = transport == "udp"
        try await DispatchServer.run(
            Self.servant(), endpoint: "\(transport) -h 127.0.0.1 -p 0",
            properties: try properties(authority, "server"),
            clientProperties: try properties(authority, "client"),
            prepare: { $0.use { Noting(name: transport, notes: notes, next: $0) } }
        ) { server in
            let proxy = isDatagram ? server.proxy.ice_datagram() : server.proxy
            _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
            let noted = await notes.wait(for: 2)
            #expect(noted == ["\(transport) op", "\(transport) op 0"])
        }
    }

    @Test("95: without middleware the pipeline are the servants")
    func none() async throws {
        try await DispatchServer.run(Self.servant()) { server in
            let current = Current(id: Identity(name: "o"), operation: "op")
            let request = IncomingRequest(current: current, inEncaps: Encapsulation.make())
            let response = try await server.adapter.dispatchPipeline.dispatch(request)
            #expect(response.replyStatus == .ok)
        }
    }
}
