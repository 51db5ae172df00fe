import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

@Suite("What a failed dispatch is answered with", .timeLimit(.minutes(5)))
struct DispatchFailureTests {
    struct Odd: Error, CustomStringConvertible {
        var description: String { "at sea" }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var error: any Error
        var status: UInt8
        /// Nil for replies that name the target.
        var text: String?
        var testDescription: String { "\(error)" }
    }

    /// Sets what the initializer doesn't.
    private static func with(
        _ exception: LocalException, _ change: (inout LocalException) -> Void
    ) -> LocalException {
        var exception = exception
        change(&exception)
        return exception
    }

    static let inner = LocalException.Target(identity: Identity(name: "in", category: "c"), facet: "f", operation: "x")

    static let rows: [Row] = [
        Row(error: LocalException(.objectNotExist, ""), status: 2),
        Row(error: LocalException(.facetNotExist, ""), status: 3),
        Row(error: LocalException(.operationNotExist, ""), status: 4),
        Row(error: LocalException(replyStatus: .operationNotExist), status: 4),
        Row(
            error: LocalException(.connectionLost, "gone"), status: 5,
            text: "dispatch failed with ::Ice::ConnectionLostException: gone"),
        Row(
            error: MarshalError(.truncated, "short"), status: 5,
            text: "dispatch failed with ::Ice::MarshalException: short"),
        Row(error: LocalException(.unknownLocal, "a"), status: 5, text: "a"),
        Row(error: LocalException(.unknownUser, "b"), status: 6, text: "b"),
        Row(error: LocalException(.unknown, "c"), status: 7, text: "c"),
        Row(error: Odd(), status: 7, text: "dispatch failed with Odd: at sea"),
        Row(
            error: CancellationError(), status: 7,
            text: "dispatch failed with CancellationError: CancellationError()"),
        Row(error: LocalException(replyStatus: .invalidData, "d"), status: 8, text: "d"),
        Row(
            error: LocalException(replyStatus: .unauthorized), status: 9,
            text: "the dispatch failed with reply status 9"),
        Row(error: LocalException(replyStatus: .notSupported, "e"), status: 10, text: "e"),
        Row(error: LocalException(replyStatus: ReplyStatus(rawValue: 11), "f"), status: 11, text: "f"),
        Row(error: LocalException(replyStatus: ReplyStatus(rawValue: 255), "g"), status: 255, text: "g"),
        // No exception is a result or a user exception.
        Row(error: LocalException(replyStatus: .ok, "h"), status: 7, text: "h"),
        Row(error: LocalException(replyStatus: .userException, "i"), status: 7, text: "i"),
        Row(
            error: with(LocalException(.dns, "j")) { $0.replyStatus = .userException }, status: 5,
            text: "dispatch failed with ::Ice::DNSException: j"),
    ]

    @Test("80, 81: every error has its reply, thrown at once, later, or given to a callback", arguments: rows)
    func statuses(_ row: Row) async throws {
        let servant = MockServant(operations: [
            "now": { _ in throw row.error },
            "later": { _ in
                await Task.yield()
                throw row.error
            },
            "callback": { _ in try await withResponseCallback { $0.exception(row.error) } },
            "body": { _ in try await withResponseCallback { _ in throw row.error } },
        ])
        try await DispatchServer.run(servant) { server in
            for operation in ["now", "later", "callback", "body"] {
                let reply = try await RawConnection.run(port: server.port) { connection in
                    try connection.receiveValidation()
                    try connection.send(DispatchServer.request(operation))
                    return try connection.receiveMessage()
                }
                var body = OutputBuffer()
                if let text = row.text {
                    body.appendString(text)
                } else {
                    for text in ["o", ""] { body.appendString(text) }
                    body.appendSize(0)
                    body.appendString(operation)
                }
                let expected = RawMessages.reply(
                    id: [1, 0, 0, 0], status: ReplyStatus(rawValue: row.status), body: Array(body.bytes))
                #expect(reply == expected, "\(operation)")
            }
        }
    }

    @Test(
        "82: of a target that the exception names nothing is replaced, whatever the target of the request",
        arguments: [LocalException.Code.objectNotExist, .facetNotExist, .operationNotExist])
    func ownTarget(code: LocalException.Code) async throws {
        let servant = ClosureDispatcher { _ in throw Self.with(LocalException(code, "")) { $0.target = Self.inner } }
        try await DispatchServer.run(servant) { server in
            let failure = await server.failure("op")
            #expect(failure?.code == code)
            #expect(failure?.target == Self.inner)
        }
        // As Ice has it: an empty identity takes the facet with it, an empty operation nothing else.
        let current = Current(id: Identity(name: "o"), facet: "of", operation: "op")
        let partly = Self.with(LocalException(code, "")) {
            $0.target = LocalException.Target(identity: Identity(name: ""), facet: "lost", operation: "x")
        }
        let other = Self.with(LocalException(code, "")) {
            $0.target = LocalException.Target(identity: Identity(name: "in"), facet: "", operation: "")
        }
        #expect(Array(OutgoingResponse(partly, for: current).payload) == [1, 0x6f, 0, 1, 2, 0x6f, 0x66, 1, 0x78])
        #expect(Array(OutgoingResponse(other, for: current).payload) == [2, 0x69, 0x6e, 0, 0, 2, 0x6f, 0x70])
    }

    @Test(
        "94: Ice.Warn.Dispatch: 1 warns of statuses 5 to 7, 2 of all but user exceptions, 0 of none",
        arguments: [(nil, [5, 6, 7, 7]), ("0", []), ("1", [5, 6, 7, 7]), ("2", [2, 3, 4, 5, 6, 7, 7, 9])])
    func warnings(level: String?, statuses: [Int]) async throws {
        let log = LogRecorder()
        let servant = ClosureDispatcher { request in
            switch request.current.operation {
            case "2": throw LocalException(.objectNotExist, "")
            case "3": throw LocalException(.facetNotExist, "")
            case "4": throw LocalException(.operationNotExist, "")
            case "5": throw LocalException(.dns, "secret.example")
            case "6": throw LocalException(.unknownUser, "text")
            case "7": throw Odd()
            case "9": throw LocalException(replyStatus: .unauthorized)
            case "1": return request.current.makeOutgoingResponse(ok: false, encapsulation: Encapsulation.make())
            default: return request.current.makeEmptyOutgoingResponse()
            }
        }
        var properties: Properties = [:]
        if let level { properties = ["Ice.Warn.Dispatch": level] }
        try await DispatchServer.run(servant, properties: properties, log: log) { server in
            for operation in 0...9 where operation != 8 {
                _ = try? await server.proxy.ice_invoke(operation: "\(operation)", mode: .normal)
            }
            // Without an answer there is a warning, too.
            _ = try await server.proxy.ice_oneway().ice_invoke(operation: "7", mode: .normal)
            try await server.proxy.ice_ping()
        }
        // All dispatches are over, for the communicator is gone.
        let warnings = log.all.filter { $0.message == "dispatch failed" }
        #expect(warnings.compactMap { Int($0["ice-reply-status"]) }.sorted() == statuses)
        #expect(warnings.allSatisfy { $0.level == .warning && $0["ice-identity"] == "o" })
        if let first = warnings.first(where: { $0["ice-reply-status"] == "5" }) {
            #expect(first["error"] == "::Ice::DNSException: secret.example")
        }
    }
}
