import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Recorded replies and ours", .timeLimit(.minutes(5)))
struct ReplyVectorTests {
    struct Golden: Decodable {
        struct Vector: Decodable, Sendable {
            struct Value: Decodable {
                var request: String
                var status: UInt8
            }

            var id: String
            var hex: String
            var value: Value

            var request: [UInt8] { Vectors.bytes(value.request) }
            var reply: [UInt8] { Vectors.bytes(hex) }
        }

        var vectors: [Vector]
    }

    /// When a servant answers.
    enum Way: CaseIterable {
        case atOnce, afterSuspending, byCallback
    }

    /// Their texts are Python's own.
    private static let texts = [
        "rep-unknownlocal": "dispatch failed with ::Ice::FeatureNotSupportedException: nope",
        "rep-unknown": "dispatch failed with ValueError: boom",
        "rep-baddata": "dispatch failed with ::Ice::MarshalException: ",
        "rep-compact-unknown": "dispatch failed with ::Ice::MarshalException: ",
    ]

    /// Does what the recorded servant did.
    private struct Rep: Servant {
        struct ValueError: Error, CustomStringConvertible { var description: String { "boom" } }

        let way: Way
        let vector: Golden.Vector
        let iceTypeIds = ["::V::Rep"]

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let request = request
            switch way {
            case .atOnce: return try answer(request)
            case .afterSuspending:
                await Task.yield()
                return try answer(request)
            case .byCallback:
                return try await withResponseCallback { callback in
                    Task {
                        do { callback.response(try answer(request)) } catch { callback.exception(error) }
                    }
                }
            }
        }

        private func answer(_ request: IncomingRequest) throws -> OutgoingResponse {
            let current = request.current
            switch vector.id {
            case "rep-unknownlocal": throw LocalException(.featureNotSupported, "nope")
            case "rep-unknown": throw ValueError()
            case "rep-one-thrown": throw LocalException(.objectNotExist, "")
            case "rep-opne": throw LocalException(.operationNotExist, "")
            case "rep-baddata": _ = try Encapsulation.read(request.inEncaps) { try $0.readString() }
            case "rep-compact-unknown": throw MarshalError(.malformed, "a class that nobody knows")
            default: break
            }
            if vector.value.status > 7 {
                throw LocalException(replyStatus: ReplyStatus(rawValue: vector.value.status), "custom message")
            }
            if vector.id == "rep-compressed" {
                let parameters = Encapsulation.make(current.encoding) {
                    $0.appendString(String(repeating: "x", count: 300))
                }
                return current.makeOutgoingResponse(ok: true, encapsulation: parameters)
            }
            return current.makeOutgoingResponse(
                ok: vector.value.status == 0, encapsulation: Array(vector.reply.dropFirst(19)))
        }
    }

    @Test(
        "70, 73, 80: every recorded request is answered with the recorded bytes, whenever the servant answers",
        arguments: Way.allCases)
    func recorded(way: Way) async throws {
        let vectors = try Vectors.load("replies", as: Golden.self).vectors
        #expect(vectors.count > 40)
        try await DispatchServer.run(HoldingServant()) { server in
            for vector in vectors {
                let id = Identity(name: "r")
                try server.adapter.add(servant: Rep(way: way, vector: vector), identity: id)
                let reply = try await RawConnection.run(port: server.port) { connection in
                    try connection.receiveValidation()
                    try connection.send(vector.request)
                    return try connection.receiveMessage()
                }
                if let text = Self.texts[vector.id] {
                    #expect(reply.count > 23 && reply[18] == vector.value.status, "\(vector.id)")
                    #expect(reply.dropFirst(19 + (reply[19] == 255 ? 5 : 1)).starts(with: text.utf8), "\(vector.id)")
                } else {
                    #expect(reply == vector.reply, "\(vector.id)")
                }
                try server.adapter.remove(id)
            }
        }
    }
}
