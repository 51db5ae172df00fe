import Gateway
import Ice
import IceTesting

extension Provocation {
    /// The servant, or its server, answered.
    static let servants: [Provocation] = [
        Provocation(.userException) {
            try await answer { gateway in
                try gateway.answer("buy") { _ in .throw(["@type": "::Test::NotEnough", "reason": "", "available": 3]) }
                return try await gateway.client.post("/shop/buy", #"{"sku":"a","qty":9}"#)
            }
        },
        Provocation(.unknownUserException, servant: "buy") { _ in
            exception("::Other::Unknown") { $0.appendString("secret") }
        },
        Provocation(.objectNotExist, path: "/nobody/greet", body: #"{"name":"x"}"#),
        Provocation(.facetNotExist, path: "/facet/greet", body: #"{"name":"x"}"#),
        Provocation(.operationNotExist),
        Provocation(.unknownLocalException, servant: "buy") { _ in throw LocalException(.connectionLost, "inside") },
        Provocation(.unknownException, servant: "buy") { _ in throw CancellationError() },
        Provocation(.invalidData, reply: .invalidData),
        Provocation(.unauthorized, reply: .unauthorized),
        Provocation(.notSupported, reply: .notSupported),
        Provocation(.dispatchFailed, reply: ReplyStatus(rawValue: 77)),
    ]

    /// A servant that does this.
    private init(_ code: ErrorCode, servant operation: String, _ body: @escaping MockServant.Operation) {
        self.init(code) {
            try await Self.answer { gateway in
                gateway.servant.on(operation, body)
                return try await gateway.client.post("/shop/\(operation)", #"{"sku":"a","qty":1}"#)
            }
        }
    }

    /// A server that answers with this status and a text.
    private init(_ code: ErrorCode, reply status: ReplyStatus) {
        self.init(code) { connection in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            try connection.send(RawMessages.reply(to: request, status: status, text: "because"))
            _ = try connection.receiveToEnd()
        }
    }

    private static func exception(
        _ typeID: String, _ members: (inout OutputBuffer) -> Void
    ) -> OutgoingResponse {
        OutgoingResponse(
            ok: false,
            outEncaps: Encapsulation.make { buffer in
                buffer.append(0x20 as UInt8)
                buffer.appendString(typeID)
                members(&buffer)
            })
    }
}
