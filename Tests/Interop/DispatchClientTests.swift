// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// What servants on our runtime answer, as real clients see it.
@Suite("Real Ice clients and what our servants answer", .timeLimit(.minutes(5)))
struct DispatchClientTests {
    /// A line of a client.
    struct Seen: Decodable, Equatable {
        var call: String
        var ok: Bool?
        var bytes: String?
        var exception: String?
        var text: String?
        var status: Int?
        var target: [String]?
        var early: Int?
        var answered: Int?
    }

    struct Odd: Error {}

    /// An exception of a type that nobody has.
    static let unknownException = Encapsulation.make { buffer in
        buffer.append(0x30 as UInt8)
        buffer.appendString("::Far::Away")
        buffer.append(4 as Int32)
    }

    static let result = Encapsulation.make { $0.append(42 as Int32) }

    /// Answers in every way that there is.
    final class Servant: Dispatcher {
        private let held = Mutex<[(Current, ResponseCallback<OutgoingResponse>)]>([])

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let current = request.current
            if let status = UInt8(current.operation) {
                throw LocalException(replyStatus: ReplyStatus(rawValue: status), status < 5 ? "" : "text \(status)")
            }
            switch current.operation {
            case "void", "now": break
            case "result": return OutgoingResponse(outEncaps: DispatchClientTests.result)
            case "later":
                await Task.yield()
                return OutgoingResponse(outEncaps: DispatchClientTests.result)
            case "callback":
                return try await withResponseCallback { callback in
                    Task {
                        callback.response(OutgoingResponse(outEncaps: DispatchClientTests.result))
                        callback.exception(Odd())
                    }
                }
            case "dropped": return try await withResponseCallback { _ in }
            case "user": return OutgoingResponse(ok: false, outEncaps: DispatchClientTests.unknownException)
            case "local": throw LocalException(.featureNotSupported, "nope")
            case "odd": throw Odd()
            case "inner":
                var exception = LocalException(.facetNotExist, "")
                exception.target = LocalException.Target(
                    identity: Identity(name: "in", category: "c"), facet: "f", operation: "x")
                throw exception
            case "hold":
                return try await withResponseCallback { callback in held.withLock { $0.append((current, callback)) } }
            case "release":
                let held = held.withLock { held in
                    defer { held = [] }
                    return held
                }
                for (current, callback) in held { callback.response(current.makeEmptyOutgoingResponse()) }
            default: throw LocalException(.operationNotExist, "")
            }
            return current.makeEmptyOutgoingResponse()
        }
    }

    /// Passes everything on.
    struct Relay: Blobject {
        let target: ObjectPrx

        func ice_invoke(inEncaps: [UInt8], current: Current) async throws -> (ok: Bool, outEncaps: [UInt8]) {
            let result = try await target.ice_invoke(
                operation: current.operation, mode: current.mode, inEncaps: inEncaps, context: current.ctx)
            return (result.ok, result.outEncaps)
        }
    }

    static let operations = [
        "void", "result", "later", "callback", "dropped", "user", "local", "odd", "inner", "missing", "2", "3", "4",
        "5", "6",
        "7", "8", "9", "10", "11", "100", "255",
    ]

    /// What a client of this version sees; the relayed object is a servant's that calls the other one.
    static func expected(_ name: String, _ operation: String, _ peer: Peer) -> Seen {
        var seen = Seen(call: "\(name) \(operation)")
        func failed(_ exception: String, _ status: Int, _ text: String) {
            seen.exception = "::Ice::\(exception)Exception"
            seen.text = text
            seen.status = peer == .python38 ? status : nil
        }
        func missing(_ exception: String, _ target: [String]) {
            seen.exception = "::Ice::\(exception)NotExistException"
            seen.target = target
        }
        func hex(_ bytes: [UInt8]) -> String {
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        switch (operation, Int(operation)) {
        case ("inner", _): missing("Facet", ["c", "in", "f", "x"])
        case (_, 2?): missing("Object", ["", "o", "", operation])
        case (_, 3?): missing("Facet", ["", "o", "", operation])
        case (_, 4?), ("missing", _): missing("Operation", ["", "o", "", operation])
        case (_, 5?): failed("UnknownLocal", 5, "text 5")
        case (_, 6?): failed("UnknownUser", 6, "text 6")
        case (_, 7?): failed("Unknown", 7, "text 7")
        case (_, let status?) where peer == .python38: failed("Dispatch", status, "text \(status)")
        case (_, _?): seen.exception = "::Ice::UnknownReplyStatusException"
        case ("dropped", _): failed("Unknown", 7, "dispatch failed: nothing will answer it")
        case ("local", _):
            failed("UnknownLocal", 5, "dispatch failed with ::Ice::FeatureNotSupportedException: nope")
        case ("odd", _): failed("Unknown", 7, "dispatch failed with Odd: Odd()")
        case ("user", _):
            seen.ok = false
            seen.bytes = hex(Self.unknownException)
        case ("void", _):
            seen.ok = true
            seen.bytes = hex([6, 0, 0, 0, 1, 1])
        default:
            seen.ok = true
            seen.bytes = hex(Self.result)
        }
        return seen
    }

    final class Counter: Sendable {
        private let count = Mutex(0)

        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    /// Counts the requests that go by.
    struct Counting: Dispatcher {
        let count: Counter
        let next: any Dispatcher

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            count.add()
            return try await next.dispatch(request)
        }
    }

    private func withServants(
        _ body: (_ direct: ObjectPrx, _ relayed: ObjectPrx, _ count: Counter) async throws -> Void
    ) async throws {
        let communicator = try Communicator()
        let count = Counter()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            adapter.use { Counting(count: count, next: $0) }
            let direct = try adapter.add(servant: Servant(), identity: Identity(name: "o"))
            let relayed = try adapter.add(servant: Relay(target: direct), identity: Identity(name: "relay"))
            try adapter.activate()
            try await body(direct, relayed, count)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test(
        "70, 71, 76, 77, 79, 80, 81, 82, 83, 95, 97: statuses, texts and targets arrive, direct and through a servant that calls on",
        arguments: Peer.allCases)
    func statuses(peer: Peer) async throws {
        try await withServants { direct, relayed, count in
            let lines = try await peer.runOwnClient("dispatch", ["\(direct)", "\(relayed)"] + Self.operations)
            let seen = try lines.map { try JSONDecoder().decode(Seen.self, from: Data($0.utf8)) }
            let wanted = ["direct", "relayed"].flatMap { name in
                Self.operations.map { Self.expected(name, $0, peer) }
            }
            #expect(seen.count == wanted.count + 1)
            for (seen, wanted) in zip(seen, wanted) { #expect(seen == wanted) }
            #expect(seen.last == Seen(call: "beside", early: 0, answered: 20))
            // Once direct, twice relayed.
            #expect(count.value == 3 * Self.operations.count + 22)
        }
    }
}
