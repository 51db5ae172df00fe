import Gateway
import Ice
import IceTesting

extension Provocation {
    /// Sent: it may have been executed.
    static let sent: [Provocation] = [
        Provocation(.connectionLost) { connection in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            connection.close()
        },
        Provocation(.connectionAborted) {
            try await whileEnding { connection in
                try connection.send(RawConnection.validation)
                _ = try connection.receiveMessage()
            }
        },
        Provocation(.protocolError) { connection in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            _ = try connection.receiveToEnd()
        },
        Provocation(.badReply) { connection in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            try connection.send(RawMessages.reply(to: request))
            _ = try connection.receiveToEnd()
        },
        Provocation(.invocationTimeout) {
            let gate = Gate()
            defer { gate.open() }
            return try await answer { gateway in
                try gateway.answer("hang") { _ in
                    await gate.wait()
                    return .nothing
                }
                try gateway.answer("note") { _ in .nothing }
                // The connection must be there: what times out before that was not sent.
                while try await gateway.client.post("/shop/note", #"{"text":"x"}"#).status != 200 {}
                let answer = try await gateway.client.post("/shop/hang", "", headers: ["Ice-Timeout-Ms": "300"])
                gate.open()
                return answer
            }
        },
    ]
}
