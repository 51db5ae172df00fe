import Ice
import IceTesting
import Synchronization
import Testing

@Suite("Answers by callback", .timeLimit(.minutes(5)))
struct ResponseCallbackTests {
    /// A callback and what it was told.
    private static func callback() -> (ResponseCallback<Int>, Notes<Result<Int, LocalException>>) {
        let notes = Notes<Result<Int, LocalException>>()
        let callback = ResponseCallback<Int> { result in
            notes.add(result.mapError { $0 as? LocalException ?? LocalException(.parse, "not the error") })
        }
        return (callback, notes)
    }

    @Test("75, 78: only the first answer counts, the others are told so and do no harm")
    func first() {
        let (answered, results) = Self.callback()
        #expect(answered.response(1))
        #expect(!answered.response(2))
        #expect(!answered.exception(LocalException(.dns, "")))
        #expect(results.all == [.success(1)])
        let (failed, failures) = Self.callback()
        #expect(failed.exception(LocalException(.dns, "")))
        #expect(!failed.response(2))
        #expect(failures.all == [.failure(LocalException(.dns, ""))])
    }

    @Test("77: one that is dropped without an answer ends in UnknownException, an answered one in nothing more")
    func dropped() {
        let notes: Notes<Result<Int, LocalException>>
        do { (_, notes) = Self.callback() }
        #expect(notes.all == [.failure(LocalException(.unknown, ""))])
        let answered: Notes<Result<Int, LocalException>>
        do {
            let callback: ResponseCallback<Int>
            (callback, answered) = Self.callback()
            callback.response(3)
        }
        #expect(answered.all == [.success(3)])
    }

    @Test("75, 78: of answers from many threads one counts")
    func races() async throws {
        for _ in 0..<50 {
            let (callback, notes) = Self.callback()
            let firsts = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await onThread {
                            number % 2 == 0
                                ? callback.response(number) : callback.exception(LocalException(.dns, "\(number)"))
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(firsts == 1)
            #expect(notes.all.count == 1)
        }
    }

    @Test("74, 75, 78: a dispatch is answered once, within the dispatch, from another thread, and with work after it")
    func oneReply() async throws {
        let after = Notes<String>()
        let servant = MockServant(operations: [
            "within": { request in
                try await withResponseCallback { callback in
                    callback.response(request.current.makeEmptyOutgoingResponse())
                    callback.exception(LocalException(.dns, "too late"))
                    after.add("within")
                    throw LocalException(.dns, "later still")
                }
            },
            "thread": { request in
                try await withResponseCallback { callback in
                    Task {
                        try await onThread {
                            callback.response(request.current.makeEmptyOutgoingResponse())
                            callback.response(request.current.makeEmptyOutgoingResponse())
                            after.add("thread")
                        }
                    }
                }
            },
        ])
        try await DispatchServer.run(servant) { server in
            let replies = try await RawConnection.run(port: server.port) { connection in
                try connection.receiveValidation()
                try connection.send(DispatchServer.request(id: 1, "within"))
                let first = try connection.receiveMessage()
                try connection.send(DispatchServer.request(id: 2, "thread"))
                let second = try connection.receiveMessage()
                // What came twice would come before this.
                try connection.send(DispatchServer.request(id: 3, "missing"))
                return [first, second, try connection.receiveMessage()]
            }
            #expect(replies.map { $0[14] } == [1, 2, 3])
            #expect(replies.map { $0[18] } == [0, 0, 4])
            let noted = await after.wait(for: 2)
            #expect(noted == ["within", "thread"])
        }
    }

    @Test("76, 92: what is thrown before anything suspends is the answer")
    func thrownAtOnce() async throws {
        struct Refusing: CallbackDispatcher {
            func dispatch(_ request: IncomingRequest, _ callback: ResponseCallback<OutgoingResponse>) throws {
                if request.current.operation == "after" {
                    callback.response(request.current.makeEmptyOutgoingResponse())
                }
                throw LocalException(replyStatus: .unauthorized, "no")
            }
        }
        try await DispatchServer.run(Refusing()) { server in
            let failure = await server.failure("op")
            #expect(failure?.replyStatus == .unauthorized && failure?.message == "no")
            #expect(await server.failure("after") == nil)
        }
    }

    @Test("77: a client whose callback is dropped hears of it, and its place is free again")
    func droppedDispatches() async throws {
        struct Forgetful: CallbackDispatcher {
            func dispatch(_ request: IncomingRequest, _ callback: ResponseCallback<OutgoingResponse>) {}
        }
        try await DispatchServer.run(
            Forgetful(), properties: ["Ice.Connection.Server.MaxDispatches": "1", "Ice.Warn.Dispatch": "0"]
        ) { server in
            for _ in 0..<20 {
                let failure = await server.failure("op")
                #expect(failure?.code == .unknown)
            }
        }
    }

    @Test("75: a wait that is cancelled ends, and later answers count no more")
    func cancelled() async throws {
        let given = Notes<ResponseCallback<Int>>()
        let task = Task { try await withResponseCallback { given.add($0) } as Int }
        let callbacks = await given.wait(for: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // Taken, for nobody can know; it goes nowhere.
        callbacks.first?.response(1)
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("75: operations without results, and results of any type")
    func types() async throws {
        try await withResponseCallback { (callback: ResponseCallback<Void>) in callback.response() }
        let pair = try await withResponseCallback { (callback: ResponseCallback<(Int, String)>) in
            callback.response((1, "a"))
        }
        #expect(pair == (1, "a"))
    }
}
