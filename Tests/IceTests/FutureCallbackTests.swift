import EventLoop
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: callbacks", .timeLimit(.minutes(5)))
struct FutureCallbackTests {
    @Test("19: any number of callbacks, called in the order of their registration, each with the result")
    func order() async throws {
        let gate = Gate()
        let notes = Notes<Int>()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            for number in 0..<100 {
                future.onCompletion { result in
                    guard case .success(RawMessages.emptyResult) = result else { return notes.add(-1) }
                    notes.add(number)
                }
            }
            gate.open()
            let all = await notes.wait(for: 100)
            #expect(all == Array(0..<100))
        }
    }

    @Test(
        "20, 69: registered before the end it runs on the communicator's executor; afterwards at once, in this thread")
    func threads() async throws {
        let gate = Gate()
        let notes = Notes<Bool>()
        try await ThreadExecutor.run { executor in
            try await withRawPeer(executor: executor) { connection, _ in
                try gate.wait()
                try connection.serve()
            } _: { proxy, _ in
                let future = try proxy.ice_pingAsync()
                future.onCompletion { _ in notes.add(executor.isCurrent) }
                gate.open()
                let before = await notes.wait(for: 1)
                #expect(before == [true])
                try await onThread { () throws -> Void in
                    let here = currentThread()
                    future.onCompletion { _ in notes.add(currentThread() == here) }
                    #expect(notes.all == [true, true])
                }
                // A cancel is no exception: nobody's code runs inside it.
                let other = try proxy.ice_invokeAsync(operation: "silent", mode: .normal)
                other.onCompletion { _ in notes.add(executor.isCurrent) }
                other.cancel()
                let after = await notes.wait(for: 3)
                #expect(after == [true, true, true])
            }
        }
    }

    @Test("20: a callback that blocks holds up no other invocation")
    func blockingCallback() async throws {
        let gate = Gate()
        let notes = Notes<Void>()
        try await ThreadExecutor.run { executor in
            try await withRawPeer(executor: executor) { connection, _ in
                try connection.serve()
            } _: { proxy, _ in
                let future = try proxy.ice_pingAsync()
                future.onCompletion { _ in
                    gate.hold()
                    notes.add(())
                }
                try await future.value
                for _ in 0..<10 { try await proxy.ice_ping() }
                #expect(notes.all.isEmpty)
                gate.open()
                _ = await notes.wait(for: 1)
            }
        }
    }

    @Test("21, 33: a callback with an executor always runs there, also one registered after the end")
    func executors() async throws {
        let notes = Notes<String>()
        try await ThreadExecutor.run { executor in
            try await withRawPeer { connection, _ in
                try connection.serve()
            } _: { proxy, _ in
                let future = try proxy.ice_pingAsync()
                for time in ["before", "after"] {
                    future.onSent(on: executor) { _ in notes.add("\(time) sent \(executor.isCurrent)") }
                    future.onCompletion(on: executor) { _ in notes.add("\(time) task \(executor.isCurrent)") }
                    future.onCompletion { body in
                        body()
                    } _: { _ in
                        notes.add("\(time) closure")
                    }
                    try await future.value
                    _ = await notes.wait(for: time == "before" ? 3 : 6)
                }
                let expected = ["before", "after"].flatMap { ["\($0) closure", "\($0) sent true", "\($0) task true"] }
                #expect(notes.all.sorted() == expected.sorted())
            }
        }
    }

    @Test("21: closures that hand over keep the order of registration")
    func closureExecutor() async throws {
        let gate = Gate()
        let notes = Notes<Int>()
        try await LoopClient.run { queue in
            try await withRawPeer { connection, _ in
                try gate.wait()
                try connection.serve()
            } _: { proxy, _ in
                let future = try proxy.ice_pingAsync()
                for number in 0..<20 {
                    future.onCompletion(on: { queue.loop.execute($0) }) { _ in
                        notes.add(queue.loop.isCurrent ? number : -1)
                    }
                }
                gate.open()
                let all = await notes.wait(for: 20)
                #expect(all == Array(0..<20))
            }
        }
    }

    @Test("67, 69: servants run on the communicator's executor, before and after they suspend")
    func dispatchExecutor() async throws {
        try await ThreadExecutor.run { executor in
            try await withCommunicator(executor: executor) { communicator in
                let adapter = try communicator.createObjectAdapterWithEndpoints(
                    name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
                let notes = Notes<Bool>()
                let servant = MockServant(operations: [
                    "op": { request in
                        notes.add(executor.isCurrent)
                        await Task.yield()
                        notes.add(executor.isCurrent)
                        return OutgoingResponse(emptyFor: request.current.encoding)
                    }
                ])
                let proxy = try adapter.add(servant: servant, identity: Identity(name: "o"))
                try adapter.activate()
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
                #expect(notes.all == [true, true])
            }
        }
    }
}
