import Gateway
import Ice
import IceTesting
import Synchronization

extension Provocation {
    /// Provably not executed.
    static let notSent: [Provocation] = [
        Provocation(.noEndpoint, proxy: "x:udp -h 127.0.0.1 -p 4061"),
        Provocation(.dnsFailure, proxy: "x:tcp -h no-such-host.invalid -p 4061"),
        // No host has that address.
        Provocation(.connectFailed, proxy: "x:tcp -h 255.255.255.255 -p 4061"),
        Provocation(.notRegistered) {
            let locator = try RawPeer { connection, _ in
                try connection.send(RawConnection.validation)
                while let request = try connection.receiveMessageOrEnd(), RawMessages.kind(of: request) == .request {
                    let exception = Encapsulation.make { buffer in
                        buffer.append(0x20 as UInt8)
                        buffer.appendString("::Ice::AdapterNotFoundException")
                    }
                    try connection.send(RawMessages.reply(to: request, status: .userException, body: exception))
                }
            }
            let received = try await answer(
                proxies: ["lost": "x @ Nowhere"], ice: ["Ice.Default.Locator": locator.proxy("locator")],
                { try await $0.client.post("/lost/greet", #"{"name":"x"}"#) })
            try await onThread { locator.stop() }
            return received
        },
        Provocation(.connectionRefused) {
            let dead = try DeafPort()
            defer { withExtendedLifetime(dead) {} }
            return try await answer(
                proxies: ["dead": "x:tcp -h 127.0.0.1 -p \(dead.port)"],
                { try await $0.client.post("/dead/greet", #"{"name":"x"}"#) })
        },
        Provocation(
            .connectTimeout, configure: { $0.ice["Ice.Connection.Client.ConnectTimeout"] = "0.2" },
            peer: { _ = try $0.receiveToEnd() }),
        Provocation(.connectionLostUnsent) { $0.close() },
        Provocation(.connectionClosed) { connection in
            try connection.send(RawConnection.validation + RawConnection.closeConnection)
            _ = try connection.receiveToEnd()
        },
        Provocation(.invocationTimeoutUnsent, headers: ["Ice-Timeout-Ms": "100"]) { _ = try $0.receiveToEnd() },
        Provocation(.protocolErrorUnsent) { connection in
            try connection.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            _ = try connection.receiveToEnd()
        },
        Provocation(.overloaded) { try await whileHeld { $0.limits.inFlight = 1 } },
        // The invocation waits for a connection when the deadline comes.
        Provocation(.shuttingDown) { try await whileEnding { _ in } },
    ]

    /// A call of `greet` on an object that can't be reached.
    private init(_ code: ErrorCode, proxy: String) {
        self.init(code) {
            try await Self.answer(
                proxies: ["away": proxy], { try await $0.client.post("/away/greet", #"{"name":"x"}"#) })
        }
    }

    /// A call that has no answer when the gateway's shutdown reaches its deadline.
    ///
    /// - Parameter script: before the server waits for the end of its connection.
    static func whileEnding(
        _ script: @escaping @Sendable (RawConnection) throws -> Void
    ) async throws -> HTTPAnswer {
        let reached = Gate()
        let peer = try RawPeer { connection, _ in
            try script(connection)
            reached.open()
            _ = try connection.receiveToEnd()
        }
        let gateway = try await TestGateway(
            proxies: ["peer": peer.proxy()], configure: { $0.shutdownDeadline = .milliseconds(100) })
        async let answer = gateway.client.post("/peer/greet", #"{"name":"x"}"#)
        await reached.wait()
        _ = try await gateway.shutdownServer()
        let received = try await answer
        await gateway.destroyCommunicator()
        try await onThread { peer.stop() }
        return received
    }
}
