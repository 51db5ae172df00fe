import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Recorded messages and ours", .timeLimit(.minutes(5)))
struct WireTests {
    struct Golden: Decodable {
        struct Vector: Decodable, CustomTestStringConvertible, Sendable {
            var id: String
            var hex: String
            var testDescription: String { id }
            var bytes: [UInt8] { Vectors.bytes(hex) }
        }

        var vectors: [Vector]
    }

    static let messages: [String: [UInt8]] = {
        let golden: Golden? = try? Vectors.load("messages")
        return Dictionary((golden?.vectors ?? []).map { ($0.id, $0.bytes) }) { $1 }
    }()

    static let recordedReplies: [Golden.Vector] = {
        let golden: Golden? = try? Vectors.load("replies")
        return golden?.vectors ?? []
    }()

    struct Call: Sendable, CustomTestStringConvertible {
        var vector: String
        var proxy = "t"
        var operation = "opNone"
        var mode = OperationMode.normal
        var context: [String: String] = [:]
        var inEncaps: [UInt8] = []
        /// Options of the endpoint.
        var endpoint = ""
        var testDescription: String { vector }
    }

    static let calls: [Call] = [
        Call(vector: "msg-request-twoway"),
        Call(vector: "msg-request-oneway", proxy: "t -o", operation: "opInt", inEncaps: five),
        Call(vector: "msg-request-context", context: ["b": "2", "a": "1"]),
        Call(vector: "msg-request-facet-category", proxy: "cat/obj -f fac"),
        Call(vector: "msg-request-idempotent", operation: "idem", mode: .idempotent),
        Call(
            vector: "msg-request-encoding10", proxy: "t -e 1.0", operation: "opInt",
            inEncaps: Encapsulation.make(.v1_0) { $0.append(5 as Int32) }),
        Call(vector: "msg-request-ping", operation: "ice_ping", mode: .idempotent),
        Call(vector: "msg-request-compress-small", operation: "opInt", inEncaps: five, endpoint: "-z"),
        Call(
            vector: "msg-request-compress-bzip2", operation: "opString",
            inEncaps: Encapsulation.make { $0.appendString(String(repeating: "a", count: 200)) }, endpoint: "-z"),
    ]

    static let five = Encapsulation.make { $0.append(5 as Int32) }

    @Test("a request has the bytes that a real client sent", arguments: calls)
    func leaves(_ call: Call) async throws {
        let expected = try #require(Self.messages[call.vector])
        // The recorded client had called before.
        let isSecond = call.vector == "msg-request-compress-bzip2"
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            if isSecond { try connection.send(RawMessages.reply(to: try connection.receiveMessage())) }
            let request = try connection.receiveMessage()
            #expect(request == expected)
            try connection.send(RawMessages.reply(id: [isSecond ? 2 : 1, 0, 0, 0]))
            try connection.receiveCloseConnection()
        } _: { peer in
            let communicator = try Communicator(patient())
            let proxy = try #require(
                try communicator.makeProxy("\(call.proxy):tcp -h 127.0.0.1 -p \(peer.port) \(call.endpoint)"))
            if isSecond { try await proxy.ice_ping() }
            _ = try await proxy.ice_invoke(
                operation: call.operation, mode: call.mode, inEncaps: call.inEncaps, context: call.context)
            await communicator.destroy()
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a context in the template is as one of the proxy, and one of the request replaces it")
    func templateContext() async throws {
        let expected = try #require(Self.messages["msg-request-context"])
        let recorded = RequestContext(["b": "2", "a": "1"])
        let other = RequestContext(["other": "longer than the recorded one"])
        let (sameId, otherId) = (expected[14..<18], [2, 0, 0, 0] as [UInt8])
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            for id in [Array(sameId), otherId] {
                let request = try connection.receiveMessage()
                #expect(request == expected.prefix(14) + id + expected.dropFirst(18))
                try connection.send(RawMessages.reply(to: request))
            }
            try connection.receiveCloseConnection()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy("t"))
                for (fixed, own) in [(recorded, nil), (other, recorded)] as [(RequestContext, RequestContext?)] {
                    let recorder = await client.onLoop {
                        let recorder = Recorder()
                        let template = RequestTemplate(
                            identity: invoker.identity, operation: "opNone", mode: .normal, context: fixed)
                        recorder.payload.withUnsafeBytes {
                            recorder.invocation = invoker.invoke(
                                template, context: own, payload: $0, observer: recorder)
                        }
                        return recorder
                    }
                    #expect(await recorder.end() == RetryTests.ok)
                }
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("validation, heartbeat and close have the bytes of real peers")
    func bodiless() {
        #expect(Self.messages["msg-validate"] == RawConnection.validation)
        #expect(Self.messages["msg-close"] == RawConnection.closeConnection)
    }

    @Test("CloseConnection of Ice 3.7 with its compression byte closes gracefully")
    func closeOf37() async throws {
        let close = try #require(Self.messages["msg-close@3.7"])
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.send(close)
            let rest = try connection.receiveToEnd()
            #expect(rest.isEmpty)
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                #expect(await recorder.end() == RetryTests.closed)
            }
        }
    }

    @Test("every recorded reply arrives with its status and body", arguments: recordedReplies)
    func arrives(_ vector: Golden.Vector) async throws {
        let reply = vector.bytes
        let isCompressed = reply[9] == 2
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            // In a compressed one the id can't be replaced; it is 1, as ours.
            try connection.send(
                isCompressed ? reply : Array(reply[..<14]) + request[14..<18] + reply[18...])
            try connection.receiveToEndOrClose()
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                if isCompressed {
                    let text = Encapsulation.make { $0.appendString(String(repeating: "x", count: 300)) }
                    #expect(await recorder.end() == .replied(.ok, text))
                } else {
                    let status = ReplyStatus(rawValue: reply[18])
                    #expect(await recorder.end() == .replied(status, Array(reply.dropFirst(19))))
                }
            }
        }
    }

    @Test("an exception reply is decoded", arguments: recordedReplies.filter { $0.bytes[9] != 2 && $0.bytes[18] >= 2 })
    func decodes(_ vector: Golden.Vector) {
        let reply = vector.bytes
        let status = ReplyStatus(rawValue: reply[18])
        reply.withUnsafeBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[19...])
            let exception = LocalException(status: status, body: body)
            #expect(exception.code != .marshal)
            #expect(exception.replyStatus == status)
            #expect((exception.target != nil) == (status.rawValue <= 4))
            // A body that ends too early is never read.
            for end in 19..<bytes.count {
                let cut = LocalException(status: status, body: UnsafeRawBufferPointer(rebasing: bytes[19..<end]))
                #expect(cut.code == .marshal)
            }
        }
    }
}

extension RawConnection {
    /// Waits until the peer closes, gracefully or not.
    func receiveToEndOrClose() throws { if let _ = try? receiveCloseConnection() { close() } }
}
