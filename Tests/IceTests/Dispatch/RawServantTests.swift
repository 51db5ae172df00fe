// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Servants of encoded parameters, and responses", .timeLimit(.minutes(5)))
struct RawServantTests {
    /// Passes everything on.
    struct Bridge: Blobject {
        let target: ObjectPrx

        func ice_invoke(inEncaps: [UInt8], current: Current) async throws -> (ok: Bool, outEncaps: [UInt8]) {
            let target = current.requestId == 0 ? target.ice_oneway() : target
            let result = try await target.ice_facet(current.facet).ice_invoke(
                operation: current.operation, mode: current.mode, inEncaps: inEncaps, context: current.ctx)
            return (result.ok, result.outEncaps)
        }
    }

    /// Answers with what its parameters hold.
    struct Echo: Blobject {
        func ice_invoke(inEncaps: [UInt8], current: Current) async throws -> (ok: Bool, outEncaps: [UInt8]) {
            switch current.operation {
            case "void": (true, [])
            case "user": (false, inEncaps)
            case "short": (true, [6, 0, 0])
            case "long": (true, inEncaps + [0])
            case "fail": throw LocalException(replyStatus: .notSupported, "not here")
            default: (true, inEncaps)
            }
        }
    }

    @Test(
        "97: a raw servant gets the whole encapsulation and answers with one, also for the operations of every object")
    func echo() async throws {
        try await DispatchServer.run(Echo()) { server in
            let parameters = Encapsulation.make { $0.append(42 as Int32) }
            for operation in ["anything", "ice_ping", "ice_isA"] {
                let result = try await server.proxy.ice_invoke(
                    operation: operation, mode: .normal, inEncaps: parameters)
                #expect(result == InvocationResult(ok: true, outEncaps: parameters))
            }
            let old = Encapsulation.make(.v1_0) { $0.append(42 as Int32) }
            let result = try await server.proxy.ice_invoke(operation: "op", mode: .normal, inEncaps: old)
            #expect(result.outEncaps == old)
            let empty = try await server.proxy.ice_invoke(operation: "void", mode: .normal, inEncaps: old)
            #expect(empty == InvocationResult(ok: true, outEncaps: [6, 0, 0, 0, 1, 0]))
        }
    }

    @Test(
        "79, 97: its user exceptions pass as they are, declared or not; what is no encapsulation is a MarshalException")
    func exceptions() async throws {
        try await DispatchServer.run(Echo(), properties: ["Ice.Warn.Dispatch": "0"]) { server in
            let parameters = Encapsulation.make { $0.append(42 as Int32) }
            let user = try await server.proxy.ice_invoke(operation: "user", mode: .normal, inEncaps: parameters)
            #expect(user == InvocationResult(ok: false, outEncaps: parameters))
            for operation in ["short", "long"] {
                let failure = await server.failure(operation)
                #expect(failure?.code == .unknownLocal)
                #expect(failure?.message.hasPrefix("dispatch failed with ::Ice::MarshalException: ") == true)
            }
            #expect(await server.failure("fail")?.replyStatus == .notSupported)
        }
    }

    @Test("83, 97, 98: a bridge is not noticed, by twoway calls and oneway ones")
    func bridge() async throws {
        let servant = Greeter.servant()
        let contexts = Notes<[String: String]>()
        servant.on("note") { request in
            contexts.add(request.current.ctx)
            return request.current.makeEmptyOutgoingResponse()
        }
        try await DispatchServer.run(servant) { target in
            try await DispatchServer.run(Bridge(target: target.proxy)) { bridge in
                let answer = try await Greeter.greet("alice", bridge.proxy)
                #expect(answer == "Hello, alice!")
                let ids = try await bridge.proxy.ice_ids()
                #expect(ids == ["::Ice::Object", Greeter.typeId])
                let missing = await bridge.failure("missing")
                #expect(missing?.code == .operationNotExist)
                let oneway = try await bridge.proxy.ice_oneway().ice_invoke(
                    operation: "note", mode: .normal, context: ["k": "v"])
                #expect(oneway == RawMessages.nothing)
                let noted = await contexts.wait(for: 1)
                #expect(noted == [["k": "v"]])
            }
        }
    }

    @Test("98: a raw oneway call is done when it is sent, a batch one when it is collected")
    func rawCalls() async throws {
        let servant = HoldingServant()
        try await DispatchServer.run(servant) { server in
            let future = try server.proxy.ice_oneway().ice_invokeAsync(operation: "one", mode: .normal)
            let result = try await future.value
            #expect(result == RawMessages.nothing && future.isSent)
            let batch = server.proxy.ice_batchOneway()
            let collected = try batch.ice_invokeAsync(operation: "two", mode: .normal)
            #expect(collected.isDone && !collected.isSent)
            let first = await servant.take(1)
            #expect(first.map(\.current.operation) == ["one"])
            try await batch.ice_flushBatchRequests()
            let second = await servant.take(2)
            #expect(second.map(\.current.operation) == ["two"])
        }
    }

    @Test("96: a response is what its status says")
    func responses() {
        let current = Current(id: Identity(name: "o"), operation: "op", requestId: 1, encoding: .v1_0)
        let empty = current.makeEmptyOutgoingResponse()
        #expect(empty.replyStatus == .ok && empty.payload == [6, 0, 0, 0, 1, 0])
        #expect(empty.exceptionId == nil && empty.exceptionDetails == nil)
        let user = current.makeOutgoingResponse(ok: false, encapsulation: [7, 0, 0, 0, 1, 0, 9])
        #expect(user.replyStatus == .userException && user.payload == [7, 0, 0, 0, 1, 0, 9])
        #expect(user.exceptionId == nil && user.exceptionDetails == nil)
        let local = current.makeOutgoingResponse(error: LocalException(.dns, "x"))
        #expect(local.replyStatus == .unknownLocalException)
        #expect(local.exceptionId == "::Ice::DNSException" && local.exceptionDetails == "::Ice::DNSException: x")
        let missing = current.makeOutgoingResponse(error: LocalException(.facetNotExist, "x"))
        #expect(missing.exceptionId == "::Ice::FacetNotExistException")
        #expect(missing.payload == [1, 0x6f, 0, 0, 2, 0x6f, 0x70])
        let odd = current.makeOutgoingResponse(error: DispatchFailureTests.Odd())
        #expect(odd.exceptionId == "Odd" && odd.exceptionDetails == "at sea")
        let own = current.makeOutgoingResponse(error: LocalException(replyStatus: .invalidData, "x"))
        #expect(own.exceptionId == "::Ice::DispatchException" && own.payload == [1, 0x78])
    }

    @Test("96: an operation that is not idempotent refuses requests that claim it is")
    func modes() throws {
        try Current(id: Identity(name: "o"), operation: "op").checkNonIdempotent()
        for mode in [OperationMode.idempotent, .nonmutating] {
            let current = Current(id: Identity(name: "o"), operation: "op", mode: mode)
            #expect(throws: LocalException(.marshal, "")) { try current.checkNonIdempotent() }
        }
    }

    @Test("96: a servant may answer the operations of every object itself")
    func ownObject() async throws {
        struct Own: Servant {
            let iceTypeIds = ["::A::B"]

            func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
                throw LocalException(.operationNotExist, "")
            }
            func ice_ping(current: Current) async throws { throw LocalException(.objectNotExist, "") }
            func ice_isA(id: String, current: Current) async throws -> Bool { id == "::C" }
            func ice_id(current: Current) async throws -> String { "::\(current.id.name)" }
        }
        try await DispatchServer.run(Own()) { server in
            await #expect(throws: LocalException.self) { try await server.proxy.ice_ping() }
            let isC = try await server.proxy.ice_isA("::C")
            let isB = try await server.proxy.ice_isA("::A::B")
            #expect(isC && !isB)
            let id = try await server.proxy.ice_id()
            let ids = try await server.proxy.ice_ids()
            #expect(id == "::o" && ids == ["::A::B", "::Ice::Object"])
        }
    }
}

extension RawMessages {
    /// What a call comes to that nobody answers.
    static let nothing = InvocationResult(ok: true, outEncaps: [])
}
