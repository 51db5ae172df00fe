import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("Futures: results", .timeLimit(.minutes(5)))
struct FutureTests {
    static let late = LocalException(.timeout, "")

    @Test("1, 20: the call returns while the connection is being made, and the result comes when it is there")
    func neverBlocks() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            #expect(!future.isDone && future.isRunning && !future.isCancelled && !future.isSent)
            gate.open()
            #expect(try await future.value == RawMessages.emptyResult)
            #expect(future.isDone && !future.isRunning && !future.isCancelled && future.isSent)
        }
    }

    @Test("2: parameters are taken when the call is made")
    func parameters() async throws {
        let received = Notes<[UInt8]>()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            received.add(request)
            try connection.send(RawMessages.reply(to: request))
            try connection.receiveCloseConnection()
        } _: { proxy, _ in
            var parameters = Encapsulation.make { $0.appendString("before") }
            let before = parameters
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal, inEncaps: parameters)
            parameters[8] = 0
            _ = try await future.value
            #expect(received.all.first?.suffix(before.count) == before[...])
        }
    }

    @Test("3: the bytes are those of a call that is waited for")
    func sameBytes() async throws {
        let received = Notes<[UInt8]>()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<2 {
                let request = try connection.receiveMessage()
                received.add(request)
                try connection.send(RawMessages.reply(to: request))
            }
            try connection.receiveCloseConnection()
        } _: { proxy, _ in
            try await proxy.ice_ping()
            _ = try await proxy.ice_pingAsync().value
            let requests = received.all
            #expect(requests.count == 2)
            #expect(requests.first?.dropFirst(18) == requests.last?.dropFirst(18))
        }
    }

    @Test("16, 17, 64, 65: a result and no exception, or the other way round; any task may ask, also twice")
    func exceptionAndValue() async throws {
        try await withGreeter { proxy, _ in
            let future = try proxy.ice_idAsync()
            #expect(try await future.exception == nil)
            #expect(try await future.value == Greeter.typeId)
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 { group.addTask { try await future.value } }
                for try await id in group { #expect(id == Greeter.typeId) }
            }
            let nothing: Void = try await proxy.ice_pingAsync().value
            #expect(nothing == ())
            let failed = try proxy.ice_identity(Identity(name: "nobody")).ice_idAsync()
            let exception = try #require(try await failed.exception as? LocalException)
            #expect(exception.code == .objectNotExist)
            await #expect(throws: exception) { try await failed.value }
        }
    }

    @Test("18: a blocking wait that is over leaves the invocation alone; zero only looks")
    func blockingWaits() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            try await onThread { () throws -> Void in
                for time in [.zero, .seconds(-1), .milliseconds(1)] as [Duration] {
                    #expect(throws: Self.late) { try future.wait(timeout: time) }
                    #expect(throws: Self.late) { try future.waitForException(timeout: time) }
                    #expect(throws: Self.late) { try future.waitForSent(timeout: time) }
                }
                #expect(future.isRunning)
                gate.open()
                #expect(try future.waitForSent() == false)
                #expect(try future.wait(timeout: .seconds(3600)) == RawMessages.emptyResult)
                #expect(try future.wait(timeout: .zero) == RawMessages.emptyResult)
                #expect(try future.waitForException(timeout: .zero) == nil)
                #expect(try future.waitForSent(timeout: .zero) == false)
            }
        }
    }

    @Test("23: a completed future is done from the beginning")
    func completed() async throws {
        let future = InvocationFuture.completed(7)
        #expect(future.isDone && !future.isCancelled && !future.isRunning && !future.isSent)
        #expect(try await future.value == 7)
        #expect(try await future.exception == nil)
        #expect(!future.cancel())
        let notes = Notes<Int>()
        future.onCompletion { notes.add((try? $0.get()) ?? 0) }
        #expect(notes.all == [7])
        #expect(future.proxy == nil && future.communicator == nil && future.operation.isEmpty)
    }

    @Test("24: an invocation timeout is not retried and the connection stays usable")
    func timeout() async throws {
        let operations = Notes<String>()
        try await withRawPeer { connection, _ in
            try connection.serve(operations.add)
        } _: { proxy, peer in
            let future = try proxy.ice_invocationTimeout(30).ice_invokeAsync(operation: "silent", mode: .idempotent)
            await #expect(throws: LocalException(.invocationTimeout, "")) { try await future.value }
            #expect(!future.isCancelled && !future.cancel())
            try await proxy.ice_ping()
            #expect(operations.all.count { $0 == "silent" } <= 1)
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("25: when the connection is lost all that is pending fails")
    func connectionLost() async throws {
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<3 { _ = try connection.receiveMessage() }
        } _: { proxy, _ in
            let futures = try (0..<3).map { _ in try proxy.ice_invokeAsync(operation: "op", mode: .normal) }
            for future in futures {
                await #expect(throws: LocalException(.connectionLost, "")) { try await future.value }
                #expect(future.isSent)
            }
        }
    }

    @Test("25: destroying the communicator ends an invocation that pauses before its next attempt")
    func destroyedInPause() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<2 { _ = try connection.receiveMessage() }
        } _: { peer in
            let communicator = try Communicator(["Ice.RetryIntervals": "3600000"])
            let proxy = try #require(try communicator.makeProxy(peer.proxy()))
            let pausing = try proxy.ice_invokeAsync(operation: "op", mode: .idempotent)
            let other = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            await #expect(throws: LocalException(.connectionLost, "")) { try await other.value }
            #expect(pausing.isRunning)
            await communicator.destroy()
            await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await pausing.value }
        }
    }

    @Test("56: it knows what was called")
    func accessors() async throws {
        try await withGreeter { proxy, _ in
            let future = try proxy.ice_isAAsync("::Other")
            #expect(future.operation == "ice_isA")
            #expect(future.proxy == proxy)
            #expect(future.connection == nil)
            #expect(future.communicator === proxy.ice_getCommunicator())
            #expect(try await future.value == false)
        }
    }
}
