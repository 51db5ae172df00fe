@testable import Ice
import EventLoop
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// Reference: ice-protocol, "Liveness": heartbeats, idle check, inactivity. The tests are the clock: they set when
/// something was last received or written, and let timers fire.
@Suite("Connections: silent and unused ones")
struct LivenessTests {
    private static let second: UInt64 = 1_000_000_000
    private static let closeConnection: [UInt8] = RawConnection.validation.enumerated().map { $0 == 8 ? 4 : $1 }

    private func connection(_ properties: Properties = [:]) throws -> LoneConnection {
        let lone = try LoneConnection(properties)
        lone.receive(RawConnection.validation)
        #expect(lone.owner.isValidated)
        return lone
    }

    /// As if an idle timeout had passed in silence, and one timer had fired.
    private func pass(_ lone: LoneConnection, tag: UInt64 = Connection.idleTag) {
        let time = 60 * Self.second
        lone.connection.lastRead -= min(time, lone.connection.lastRead)
        lone.connection.lastWrite.store(0, ordering: .relaxed)
        lone.connection.timerFired(tag)
        lone.connection.flush()
    }

    @Test("a peer that owes an answer and sends nothing for the idle timeout is given up")
    func silent() throws {
        let lone = try connection()
        let recorder = Recorder()
        _ = lone.request(recorder)
        lone.connection.flush()
        pass(lone)
        #expect(lone.owner.failures == [LocalException(.connectionAborted, "")])
        #expect(recorder.events.last == .failed(.connectionAborted, wasSent: true))
    }

    @Test("whatever it sends counts")
    func heartbeats() throws {
        let lone = try connection()
        _ = lone.request(Recorder())
        lone.connection.flush()
        for byte in RawConnection.validation {
            lone.connection.lastRead = 0
            lone.receive([byte])
            lone.connection.timerFired(Connection.idleTag)
        }
        #expect(lone.owner.failures.isEmpty)
        pass(lone)
        #expect(lone.owner.failures == [LocalException(.connectionAborted, "")])
    }

    @Test(
        "a quiet peer that never sent a heartbeat, as Ice 3.7, is kept while it owes nothing, and gets the whole time then"
    )
    func old() throws {
        let lone = try connection()
        for _ in 0..<5 { pass(lone) }
        _ = lone.request(Recorder())
        lone.connection.flush()
        pass(lone)
        #expect(lone.owner.failures.isEmpty)
        pass(lone)
        #expect(lone.owner.failures == [LocalException(.connectionAborted, "")])
    }

    @Test("a peer that sent heartbeats, as Ice 3.8, and stops is given up also while it owes nothing")
    func stopped() throws {
        let lone = try connection()
        lone.receive(RawConnection.validation)
        pass(lone)
        #expect(lone.owner.failures == [LocalException(.connectionAborted, "")])
    }

    @Test("a peer that is not read is not silent")
    func paused() throws {
        let lone = try connection()
        _ = lone.request(Recorder())
        lone.connection.isPausedForReplies = true
        pass(lone)
        lone.connection.isPausedForReplies = false
        pass(lone)
        #expect(lone.owner.failures.isEmpty)
        pass(lone)
        #expect(lone.owner.failures == [LocalException(.connectionAborted, "")])
    }

    @Test("EnableIdleCheck=0 and IdleTimeout=0 have no idle check, the latter no heartbeats either")
    func unchecked() throws {
        let unchecked = try connection(["Ice.Connection.Client.EnableIdleCheck": "0"])
        #expect(unchecked.connection.idleTimer == nil && unchecked.connection.heartbeatTimer != nil)
        let timeless = try connection(["Ice.Connection.Client.IdleTimeout": "0"])
        #expect(timeless.connection.idleTimer == nil && timeless.connection.heartbeatTimer == nil)
        let checked = try connection()
        #expect(checked.connection.idleTimer != nil && checked.connection.heartbeatTimer != nil)
    }

    @Test("a connection that nobody uses is closed gracefully; heartbeats are no use")
    func inactive() throws {
        let lone = try connection()
        #expect(lone.connection.inactivityTimer == nil)
        pass(lone, tag: Connection.heartbeatTag)
        #expect(lone.connection.inactivityTimer != nil && lone.sent() == RawConnection.validation)
        lone.receive(RawConnection.validation)
        pass(lone, tag: Connection.inactivityTag)
        #expect(lone.connection.closeReason == LocalException(.connectionClosed, ""))
        #expect(lone.sent() == Self.closeConnection)
    }

    @Test("a peer that answers the close with a reset does not change why it ended")
    func closedAndReset() throws {
        let lone = try connection()
        pass(lone, tag: Connection.heartbeatTag)
        lone.receive(RawConnection.validation)
        pass(lone, tag: Connection.inactivityTag)
        // With something unread a closed socket is a reset one.
        lone.closePeer()
        lone.connection.readAvailable()
        #expect(lone.owner.failures == [LocalException(.connectionClosed, "")])
    }

    @Test("a request in between gives it more time, a pending one all it needs")
    func active() throws {
        let lone = try connection()
        pass(lone, tag: Connection.heartbeatTag)
        _ = lone.request(Recorder())
        lone.connection.flush()
        let request = lone.sent()
        pass(lone, tag: Connection.inactivityTag)
        #expect(lone.connection.takesRequests && lone.connection.inactivityTimer == nil)
        pass(lone, tag: Connection.heartbeatTag)
        #expect(lone.connection.inactivityTimer == nil)
        lone.receive(RawMessages.reply(to: Array(request.dropFirst(14))))
        // Not by itself; the next heartbeat starts the time.
        #expect(lone.connection.inactivityTimer == nil)
        pass(lone, tag: Connection.heartbeatTag)
        #expect(lone.connection.inactivityTimer != nil && lone.connection.takesRequests)
    }

    @Test("a half-read message is use; InactivityTimeout=0 and disableInactivityCheck() have no such end")
    func kept() throws {
        let half = try connection()
        half.receive(RawConnection.validation.prefix(5))
        pass(half, tag: Connection.heartbeatTag)
        #expect(half.connection.inactivityTimer == nil)
        let timeless = try connection(["Ice.Connection.Client.InactivityTimeout": "0"])
        pass(timeless, tag: Connection.heartbeatTag)
        #expect(timeless.connection.inactivityTimer == nil)
        let disabled = try connection()
        pass(disabled, tag: Connection.heartbeatTag)
        disabled.connection.disableInactivityCheck()
        disabled.loop.stop()
        disabled.loop.run()
        #expect(disabled.connection.inactivityTimer == nil && disabled.connection.takesRequests)
        pass(disabled, tag: Connection.heartbeatTag)
        #expect(disabled.connection.inactivityTimer == nil)
    }

    @Test("for real: a silent server is given up, an unused connection closed and made anew", .timeLimit(.minutes(5)))
    func real() async throws {
        let properties: Properties = [
            "Ice.Connection.Client.IdleTimeout": "0.1", "Ice.Connection.Client.InactivityTimeout": "0.05",
        ]
        try await withRawPeer(properties) { connection, index in
            try connection.send(RawConnection.validation)
            var message = try connection.receiveMessage()
            while message == RawConnection.validation { message = try connection.receiveMessage() }
            // The first connection is not used, the second gets a request.
            #expect(index == 0 ? message == Self.closeConnection : message.count > 14)
            if index > 0 { _ = try connection.receiveToEnd() }
        } _: { proxy, _ in
            let connection = try #require(try await proxy.ice_getConnection())
            await withCheckedContinuation { continuation in
                connection.setCloseCallback { _ in continuation.resume() }
            }
            #expect(throws: LocalException(.connectionClosed, "")) { try connection.throwException() }
            await #expect(throws: LocalException(.connectionAborted, "")) {
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
            }
        }
    }
}
