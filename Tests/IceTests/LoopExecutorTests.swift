import Ice
import IceTesting
import Testing

@Suite("Tasks and callbacks on the loop", .timeLimit(.minutes(5)))
struct LoopExecutorTests {
    @Test("tasks that await answers, and callbacks, run on the one thread of the loop")
    func oneThread() async throws {
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, _ in
            let loop = proxy.ice_loopExecutor
            let threads = try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask(executorPreference: loop) {
                        let before = currentThread()
                        for _ in 0..<20 { try await proxy.ice_ping() }
                        return [before, currentThread()]
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            #expect(threads.count == 1)
            let notes = Notes<UInt>()
            let future = try proxy.ice_pingAsync()
            future.onCompletion(on: loop) { _ in notes.add(currentThread()) }
            try await future.value
            future.onCompletion(on: loop) { _ in notes.add(currentThread()) }
            #expect(Set(await notes.wait(for: 2)) == threads)
            try await onThread { #expect(!threads.contains(currentThread())) }
        }
    }

    @Test("with DispatchOnLoop servants run on the loop of their connection, before and after they suspend")
    func dispatch() async throws {
        let properties = patient()
        properties.setProperty(key: "A.DispatchOnLoop", value: "1")
        try await withCommunicator(properties) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            let notes = Notes<UInt>()
            let servant = MockServant(operations: [
                "op": { request in
                    notes.add(currentThread())
                    await Task.yield()
                    notes.add(currentThread())
                    return OutgoingResponse(emptyFor: request.current.encoding)
                }
            ])
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "o"))
                .ice_collocationOptimized(false)
            try adapter.activate()
            for _ in 0..<5 { _ = try await proxy.ice_invoke(operation: "op", mode: .normal) }
            // The one thread that the communicator has.
            let loop = await Task(executorPreference: proxy.ice_loopExecutor) { currentThread() }.value
            #expect(Set(notes.all) == [loop] && notes.all.count == 10)
        }
    }

    @Test("a callback on the loop may call again, but is not called inside another one")
    func callAgain() async throws {
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, _ in
            let notes = Notes<String>()
            try proxy.ice_pingAsync().onCompletion(on: proxy.ice_loopExecutor) { _ in
                notes.add("begin")
                do {
                    let second = try proxy.ice_pingAsync()
                    second.onCompletion(on: proxy.ice_loopExecutor) { _ in notes.add("called") }
                    second.cancel()
                } catch {
                    notes.add("\(error)")
                }
                notes.add("end")
            }
            #expect(await notes.wait(for: 3) == ["begin", "end", "called"])
        }
    }

    @Test("the communicator may be destroyed there; tasks go on elsewhere")
    func destroy() async throws {
        let communicator = try Communicator(patient())
        let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
        let loop = proxy.ice_loopExecutor
        let before = await Task(executorPreference: loop) {
            let before = currentThread()
            await communicator.destroy()
            return before
        }.value
        let after = await Task(executorPreference: loop) {
            await Task.yield()
            return currentThread()
        }.value
        #expect(before != after)
    }
}
