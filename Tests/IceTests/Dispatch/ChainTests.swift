import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Dispatches that call on", .timeLimit(.minutes(5)))
struct ChainTests {
    /// Passes every request on and back.
    struct Relay: Dispatcher {
        enum Way: CaseIterable {
            case awaiting, byCallback
        }

        let way: Way
        let target: ObjectPrx

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let current = request.current
            switch way {
            case .awaiting:
                return current.makeOutgoingResponse(
                    try await target.ice_invoke(
                        operation: current.operation, mode: current.mode, inEncaps: request.inEncaps))
            case .byCallback:
                let future = try target.ice_invokeAsync(
                    operation: current.operation, mode: current.mode, inEncaps: request.inEncaps)
                return try await withResponseCallback { callback in
                    future.onCompletion { result in
                        switch result {
                        case .success(let result): callback.response(current.makeOutgoingResponse(result))
                        case .failure(let error): callback.exception(error)
                        }
                    }
                }
            }
        }
    }

    /// An exception of a type that neither relay nor client knows.
    private static let exception = Encapsulation.make { buffer in
        buffer.append(0x30 as UInt8)
        buffer.appendString("::Far::Away")
        buffer.append(8 as Int32)
        buffer.append(7 as Int32)
    }

    private static func servant() -> MockServant {
        MockServant(operations: [
            "greet": { request in
                let name = try Encapsulation.read(request.inEncaps) { try $0.readString() }
                return request.current.makeOutgoingResponse(
                    ok: true, encapsulation: Encapsulation.make { $0.appendString("Hello, \(name)!") })
            },
            "void": { $0.current.makeEmptyOutgoingResponse() },
            "user": { $0.current.makeOutgoingResponse(ok: false, encapsulation: exception) },
            "local": { _ in throw LocalException(.dns, "nowhere") },
            "unknownUser": { _ in throw LocalException(.unknownUser, "undeclared") },
            "odd": { _ in throw DispatchFailureTests.Odd() },
            "status": { _ in throw LocalException(replyStatus: ReplyStatus(rawValue: 42), "full") },
        ])
    }

    @Test(
        "81, 82, 83: results, user exceptions and failures come back as if the client had called itself",
        arguments: Relay.Way.allCases)
    func chained(way: Relay.Way) async throws {
        try await DispatchServer.run(Self.servant()) { target in
            try await DispatchServer.run(Relay(way: way, target: target.proxy)) { relay in
                let answer = try await Greeter.greet("alice", relay.proxy)
                #expect(answer == "Hello, alice!")
                for operation in ["void", "user"] {
                    let direct = try await target.proxy.ice_invoke(operation: operation, mode: .normal)
                    let chained = try await relay.proxy.ice_invoke(operation: operation, mode: .normal)
                    #expect(chained == direct)
                    #expect(chained.ok == (operation == "void"))
                }
                // Names the object of the target, which the client never called.
                for operation in ["local", "unknownUser", "odd", "status", "missing"] {
                    let direct = await target.failure(operation)
                    let chained = await relay.failure(operation)
                    #expect(direct != nil && chained == direct && chained?.message == direct?.message, "\(operation)")
                }
            }
        }
    }

    @Test("82: an object that the client never called is named when it does not exist")
    func unknownObject() async throws {
        try await DispatchServer.run(Self.servant()) { target in
            let missing = target.proxy.ice_identity(Identity(name: "other", category: "far"))
            try await DispatchServer.run(Relay(way: .awaiting, target: missing)) { relay in
                let failure = await relay.failure("op")
                #expect(failure?.code == .objectNotExist)
                #expect(failure?.target?.identity == Identity(name: "other", category: "far"))
                #expect(failure?.target?.operation == "op")
            }
        }
    }

    @Test("82: a failure of the nested call's own is status 5, with a text that names it")
    func ownFailures() async throws {
        try await DispatchServer.run(HoldingServant()) { target in
            let slow = target.proxy.ice_invocationTimeout(1)
            try await DispatchServer.run(Relay(way: .awaiting, target: slow)) { relay in
                let failure = await relay.failure("hold")
                #expect(failure?.code == .unknownLocal)
                let text = "dispatch failed with ::Ice::InvocationTimeoutException: "
                #expect(failure?.message.hasPrefix(text) == true)
            }
        }
        try await withCommunicator { communicator in
            let nobody = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
            try await DispatchServer.run(Relay(way: .byCallback, target: nobody)) { relay in
                let failure = await relay.failure("op")
                #expect(failure?.code == .unknownLocal)
                #expect(failure?.message.hasPrefix("dispatch failed with ::Ice::ConnectionRefusedException: ") == true)
            }
        }
    }
}
