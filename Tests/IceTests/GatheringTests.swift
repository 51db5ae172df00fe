import Ice
import IceTesting
import Testing

@Suite("Gathering the requests of a busy connection", .timeLimit(.minutes(1)))
struct GatheringTests {
    @Test("28: while answers come together and two are awaited, the loop sends; with less to do the call itself")
    func leftToLoop() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            let five = try (0..<5).map { _ in RawMessages.reply(to: try connection.receiveMessage()) }
            try connection.send(five[..<3].joined())
            let sixth = RawMessages.reply(to: try connection.receiveMessage())
            gate.wait()
            try connection.send(five[3] + five[4] + sixth)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let five = try (0..<5).map { _ in try proxy.ice_pingAsync() }
            let areSent = five.map(\.isSentSynchronously)
            #expect(areSent == [true, true, true, true, true])
            for future in five[..<3] { try await future.value }
            // The turn of the loop that read the answers is over.
            await Task(executorPreference: proxy.ice_loopExecutor) {}.value
            let sixth = try proxy.ice_pingAsync()
            #expect(try await sixth.sent() == false)
            #expect(sixth.isSent && !sixth.isSentSynchronously && !five[4].isDone)
            gate.open()
            for future in five[3...] + [sixth] { try await future.value }
            let alone = try proxy.ice_pingAsync()
            #expect(alone.isSentSynchronously)
            try await alone.value
        }
    }
}
