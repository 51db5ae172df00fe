// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores
// As generated code is: `module V { exception Err { string reason; } interface Rep { ["marshaled-result"] Ints mres(); … } }`.

import Ice
import IceTesting
import Synchronization
import Testing

@Suite("Typed dispatch", .timeLimit(.minutes(5)))
struct TypedDispatchTests {
    class Err: UserException, @unchecked Sendable {
        var reason = "why"

        override class func ice_staticId() -> String { "::V::Err" }

        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            reason = try istr.read()
            try istr.endSlice()
        }

        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Err", last: true)
            ostr.write(reason)
            ostr.endSlice()
        }
    }

    final class Derived: Err, @unchecked Sendable {}

    final class Undeclared: UserException, @unchecked Sendable {
        override class func ice_staticId() -> String { "::V::Undeclared" }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Undeclared", last: true)
            ostr.endSlice()
        }
    }

    struct Rep_MresMarshaledResult: MarshaledResult {
        let response: OutgoingResponse

        init(_ result: [Int32], current: Current) throws {
            response = try current.makeOutgoingResponse { $0.write(result) }
        }
    }

    /// Has a lock of its own.
    final class Rep: Servant {
        let iceTypeIds = ["::V::Rep"]
        private let numbers = Mutex<[Int32]>([1, 2, 3])

        private func fail(_ kind: String) async throws {
            if kind.hasPrefix("late") { await Task.yield() }
            switch kind {
            case "declared", "late declared": throw Err()
            case "derived": throw Derived()
            case "undeclared", "late undeclared": throw Undeclared()
            case "callback declared":
                try await withResponseCallback { (callback: ResponseCallback<Void>) in callback.exception(Err()) }
            case "callback undeclared":
                try await withResponseCallback { (callback: ResponseCallback<Void>) in callback.exception(Undeclared())
                }
            case "local": throw LocalException(.dns, "nowhere")
            default: break
            }
        }

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let current = request.current
            switch current.operation {
            case "mres":
                try request.decodeEmpty()
                return try numbers.withLock { numbers in
                    let result = try Rep_MresMarshaledResult(numbers, current: current)
                    numbers = []
                    return result
                }.response
            case "fail":
                let kind: String = try request.decode { try $0.read() }
                try await request.validating([Err.self]) { try await fail(kind) }
                return current.makeEmptyOutgoingResponse()
            case "raw":
                throw Undeclared()
            case "normal":
                try current.checkNonIdempotent()
                return current.makeEmptyOutgoingResponse()
            default: throw LocalException(.operationNotExist, "")
            }
        }
    }

    private static func fail(_ kind: String, _ server: DispatchServer) async throws -> InvocationResult {
        try await server.proxy.ice_invoke(
            operation: "fail", mode: .normal, inEncaps: Encapsulation.make { $0.appendString(kind) })
    }

    @Test("79: declared user exceptions are sent, undeclared ones are UnknownUserException, however late they come")
    func validated() async throws {
        try await DispatchServer.run(Rep(), properties: ["Ice.Warn.Dispatch": "0"]) { server in
            for kind in ["declared", "derived", "late declared", "callback declared"] {
                let result = try await Self.fail(kind, server)
                let expected = Encapsulation.make { buffer in
                    buffer.append(0x30 as UInt8)
                    buffer.appendString("::V::Err")
                    buffer.append(8 as Int32)
                    buffer.appendString("why")
                }
                #expect(result == InvocationResult(ok: false, outEncaps: expected), "\(kind)")
            }
            for kind in ["undeclared", "late undeclared", "callback undeclared"] {
                let failure = await #expect(throws: LocalException.self) { try await Self.fail(kind, server) }
                #expect(failure?.code == .unknownUser && failure?.message == "::V::Undeclared", "\(kind)")
            }
            let local = await #expect(throws: LocalException.self) { try await Self.fail("local", server) }
            #expect(local?.code == .unknownLocal)
            // What no typed operation looks at passes, as it does in Ice.
            let raw = try await server.proxy.ice_invoke(operation: "raw", mode: .normal)
            #expect(!raw.ok)
        }
    }

    @Test("80: parameters that can't be read, or are followed by more, are status 5 with a MarshalException")
    func parameters() async throws {
        try await DispatchServer.run(Rep(), properties: ["Ice.Warn.Dispatch": "0"]) { server in
            for (operation, parameters) in [
                ("fail", Encapsulation.make()), ("fail", Encapsulation.make { $0.append(9 as UInt8) }),
                ("mres", Encapsulation.make { $0.append(9 as Int32) }),
            ] {
                let failure = await #expect(throws: LocalException.self) {
                    try await server.proxy.ice_invoke(operation: operation, mode: .normal, inEncaps: parameters)
                }
                #expect(failure?.code == .unknownLocal)
                #expect(failure?.message.hasPrefix("dispatch failed with ::Ice::MarshalException: ") == true)
            }
            #expect(await server.failure("normal", mode: .idempotent)?.code == .unknownLocal)
            #expect(await server.failure("normal") == nil)
        }
    }

    @Test("91: a marshaled result has the bytes of a normal one, in the encoding of the request, as they were then")
    func marshaledResult() async throws {
        for encoding in [EncodingVersion.v1_1, .v1_0] {
            try await DispatchServer.run(Rep()) { server in
                let proxy = server.proxy.ice_encodingVersion(encoding)
                let first = try await proxy.ice_invoke(
                    operation: "mres", mode: .normal, inEncaps: Encapsulation.make(encoding))
                let expected = Encapsulation.make(encoding) { buffer in
                    buffer.appendSize(3)
                    for number: Int32 in 1...3 { buffer.append(number) }
                }
                #expect(first == InvocationResult(ok: true, outEncaps: expected))
                let second = try await proxy.ice_invoke(
                    operation: "mres", mode: .normal, inEncaps: Encapsulation.make(encoding))
                #expect(second.outEncaps == Encapsulation.make(encoding) { $0.appendSize(0) })
            }
        }
    }
}
