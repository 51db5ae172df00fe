import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Recorded messages against our server", .timeLimit(.minutes(5)))
struct MalformedTests {
    struct Golden: Decodable {
        struct Case: Decodable, CustomTestStringConvertible, Sendable {
            var id: String
            var description: String
            var sent: String
            var outcome: String?
            var reply: String?
            var status: Int?
            var crash: String?
            var testDescription: String { "\(id): \(description)" }
        }

        var cases: [Case]
    }

    static let golden: Golden? = try? Vectors.load("malformed")

    /// Cases that are about the parameters, which a raw servant does not read, or about bzip2.
    static let framingCases = (golden?.cases ?? []).filter { $0.crash == nil }

    @Test("the golden data is there")
    func hasGolden() throws { #expect(try #require(Self.golden).cases.count > 40) }

    @Test("a server does what the real one did", arguments: framingCases)
    func server(_ vector: Golden.Case) async throws {
        let server = try Communicator(patient())
        let adapter = try server.createObjectAdapterWithEndpoints(name: "M", endpoints: "tcp -h 127.0.0.1 -p 0")
        let target = try adapter.add(servant: AnyOperation(), identity: Identity(name: "t"))
        try adapter.activate()
        let port = try ServerTests.port(target)
        let isClosed = vector.outcome?.contains("closed") == true
        let bytes = Self.completed(vector)
        let answer = try await RawConnection.run(port: port) { connection -> [UInt8] in
            try connection.receiveValidation()
            try connection.send(bytes)
            if isClosed { return try connection.receiveToEnd() }
            guard vector.reply != nil else {
                // Still open: it answers the next one.
                try connection.send(RawMessages.request(id: 77, identity: "t", operation: "op"))
                let message = try connection.receiveMessage()
                return message[14] == 77 ? [] : message
            }
            return try connection.receiveMessage()
        }
        if let reply = vector.reply.map(Vectors.bytes) {
            // What is wrong in the parameters a typed servant would find, this one does not read them.
            let isAboutParameters = vector.status == 5 || vector.status == 7
            if isAboutParameters {
                #expect(answer.count == 25 && answer[18] == 0)
            } else {
                #expect(answer == reply)
            }
        } else {
            #expect(answer.isEmpty)
        }
        await server.destroy()
    }

    /// The bytes that were sent; of the longest message the golden data has the beginning only, the rest is zeros.
    static func completed(_ vector: Golden.Case) -> [UInt8] {
        guard let elision = vector.sent.firstIndex(of: ".") else { return Vectors.bytes(vector.sent) }
        let bytes = Vectors.bytes(String(vector.sent[..<elision]))
        return bytes + [UInt8](repeating: 0, count: 1_048_576 - bytes.count)
    }
}

/// Answers every operation whose name begins with `op`, without results.
struct AnyOperation: Dispatcher {
    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        guard request.current.operation.hasPrefix("op") else { throw LocalException(.operationNotExist, "") }
        return OutgoingResponse(emptyFor: request.current.encoding)
    }
}
