import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: races", .timeLimit(.minutes(5)))
struct FutureRaceTests {
    /// Numbers from a seed, so that a failure can be had again.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// What was told of one invocation.
    final class Told: Sendable {
        let future: InvocationFuture<InvocationResult>
        let results = Notes<Result<InvocationResult, any Error>>()
        let sents = Notes<Bool>()

        init(_ future: InvocationFuture<InvocationResult>) {
            self.future = future
            future.onSent(sents.add)
            future.onCompletion(results.add)
        }

        /// To be called when nothing more can be told.
        func check() {
            #expect(future.isDone)
            #expect(results.all.count == 1)
            #expect(sents.all.count == (future.isSent ? 1 : 0))
            guard case .failure(let error)? = results.all.first else {
                #expect(future.isSent)
                #expect(!future.isCancelled && !future.cancel())
                return
            }
            let code = (error as? LocalException)?.code
            #expect(future.isCancelled == (code == .invocationCanceled))
            #expect(future.cancel() == future.isCancelled)
            let others: [LocalException.Code?] = [.invocationTimeout, .connectionLost, .closeConnection]
            #expect(future.isCancelled || others.contains(code))
        }
    }

    /// Makes an invocation, perhaps cancels it in another thread, and checks that what is seen fits together.
    static func invoke(_ proxy: ObjectPrx, _ mode: OperationMode, cancels: Bool) async throws -> Told {
        let future = try proxy.ice_invokeAsync(operation: "op", mode: mode)
        let told = Told(future)
        let canceller = Task.detached { cancels ? future.cancel() : false }
        let result = await Task.detached { try await future.value }.result
        let wasCancelled = await canceller.value
        #expect(future.isDone && future.isCancelled == wasCancelled)
        if case .success = result { #expect(future.isSent) }
        return told
    }

    @Test("12–15, 24, 25, 30: cancel, reply, timeout and loss of the connection at once: one of them ends it, once")
    func races() async throws {
        let all = Notes<Told>()
        try await ThreadExecutor.run { executor in
            try await RawPeer.run { connection, index in
                // Answers some, holds some back until their time is over, closes or dies every now and then.
                var numbers = Numbers(state: UInt64(index))
                try connection.send(RawConnection.validation)
                while true {
                    let message = try connection.receiveMessage()
                    if message == RawConnection.closeConnection { return }
                    switch UInt8.random(in: 0..<40, using: &numbers) {
                    case 0: return
                    case 1: return try connection.reset()
                    case 2:
                        try connection.send(RawConnection.closeConnection)
                        try connection.receiveToEnd()
                        return
                    case 3..<8: break
                    default: try connection.send(RawMessages.reply(to: message))
                    }
                }
            } _: { peer in
                try await withCommunicator(["Ice.RetryIntervals": "0 0 0 0 0 0 0 0"], executor: executor) {
                    communicator in
                    let proxy = try #require(try communicator.makeProxy(peer.proxy()))
                    // In milliseconds.
                    let proxies = [1, 2, 3, 5].map { proxy.ice_invocationTimeout($0) }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for worker in 0..<4 {
                            group.addTask {
                                var numbers = Numbers(state: UInt64(worker) &+ 1000)
                                let mode: OperationMode = worker % 2 == 0 ? .normal : .idempotent
                                for _ in 0..<250 {
                                    let proxy = try #require(proxies.randomElement(using: &numbers))
                                    let cancels = Bool.random(using: &numbers)
                                    all.add(try await Self.invoke(proxy, mode, cancels: cancels))
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            // The loop has ended; so have, behind this, all callbacks.
            await executor.run {}
        }
        #expect(all.all.count == 1000)
        for told in all.all { told.check() }
    }

    @Test("8, 25: while the communicator is destroyed every call throws, or its future ends")
    func destroying() async throws {
        try await withGreeter { proxy, _ in
            for _ in 0..<20 {
                let client = try Communicator(patient())
                let proxy = try #require(try client.makeProxy("\(proxy)"))
                let calls = Notes<Void>()
                let callers = (0..<3).map { _ in
                    Task.detached {
                        while true {
                            do {
                                try await proxy.ice_pingAsync().value
                            } catch {
                                return error as? LocalException
                            }
                            calls.add(())
                        }
                    }
                }
                _ = await calls.wait(for: 5)
                await client.destroy()
                for caller in callers {
                    let error = await caller.value
                    #expect(error == LocalException(.communicatorDestroyed, ""))
                }
            }
        }
    }

    @Test("12, 29: cancelled requests among others of the same connection never leave once cancel() has returned")
    func cancelAmongMany() async throws {
        let operations = Notes<String>()
        let gate = Gate()
        let cancelled = Notes<String>()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
            try connection.answer(operations.add)
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: SentTests.large)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        for number in 0..<100 {
                            let name = "\(worker) \(number)"
                            let future = try proxy.ice_invokeAsync(operation: name, mode: .normal)
                            if number % 2 == 0, future.cancel() { cancelled.add(name) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(cancelled.all.count == 200)
            gate.open()
            _ = try await large.value
            try await proxy.ice_ping()
            #expect(operations.all.count == 202)
            #expect(Set(operations.all).isDisjoint(with: cancelled.all))
        }
    }
}
