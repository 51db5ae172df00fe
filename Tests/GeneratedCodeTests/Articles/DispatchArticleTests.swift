import Foundation
import Ice
import IceTesting
import Testing

/// The servants of the articles on dispatch, called. ``ArticleCodeTests`` sees to it that the articles show no others.
@Suite("Articles for readers of Ice's documents on AMD", .timeLimit(.minutes(5)))
struct DispatchArticleTests {
    @Test("a job queue answers by callback")
    func jobQueue() async throws {
        try await withAdapter { adapter, _ in
            let queue = JobQueue()
            Thread { for _ in 0..<2 { queue.executeNext() } }.start()
            let model = ModelPrx(untyped: try adapter.add(servant: ModelI(queue: queue), id: Identity(name: "model")))
            #expect(try await model.interpolate(data: [[1, 2], [3]], factor: 0.5) == [[0.5, 1], [1.5]])
            await #expect(throws: RangeError.self) { _ = try await model.interpolate(data: [], factor: 2) }
        }
    }

    @Test("a servant that forgets to answer")
    func forgotten() async throws {
        try await withAdapter { adapter, _ in
            let model = ModelPrx(untyped: try adapter.add(servant: ForgetfulModel(), id: Identity(name: "model")))
            let error = await #expect(throws: LocalException.self) {
                _ = try await model.interpolate(data: [], factor: 1)
            }
            #expect(error?.code == .unknown)
        }
    }

    @Test("results, out-parameters and exceptions that are not declared")
    func results() async throws {
        try await withAdapter { adapter, _ in
            let i = IPrx(untyped: try adapter.add(servant: II(archive: Archive()), id: Identity(name: "i")))
            let (returnValue, l) = try await i.foo(3)
            #expect(returnValue == 3 && l == 3)
            let error = await #expect(throws: LocalException.self) { _ = try await i.foo(-1) }
            #expect(error?.code == .unknownUser)
        }
    }

    @Test("work behind the answer")
    func workAfterwards() async throws {
        let (lines, log) = AsyncStream<String>.makeStream()
        var iterator = lines.makeAsyncIterator()
        try await withAdapter { adapter, _ in
            let j = JPrx(untyped: try adapter.add(servant: JI(log: log), id: Identity(name: "j")))
            try await j.startProcess()
            #expect(try await j.endProcess() == 7)
        }
        #expect(await iterator.next() == "started")
        #expect(await iterator.next() == "goes on by itself")
    }

    @Test("synchronous, asynchronous and chained servants")
    func greeters() async throws {
        try await withAdapter { adapter, _ in
            func add(_ servant: some Greeter, _ name: String) throws -> GreeterPrx {
                GreeterPrx(untyped: try adapter.add(servant: servant, id: Identity(name: name)))
            }
            let simple = try add(Chatbot(), "simple")
            let slow = try add(SlowGreeter(database: Database()), "slow")
            let chained = try add(Forwarder(greeter: slow), "chained")
            let both = try add(BothGreeter(first: simple, second: chained), "both")
            #expect(try await simple.greet("Alice") == "Hello, Alice!")
            #expect(try await chained.greet("Alice") == "Good morning, Alice!")
            #expect(try await both.greet("Alice") == "Hello, Alice! Good morning, Alice!")

            let counting = try add(CountingGreeter(), "counting")
            _ = try await counting.greet("Bob")
            #expect(try await counting.greet("Bob") == "Hello, Bob, for the 2. time!")

            let bridge = try adapter.add(servant: Bridge(target: chained.untyped), id: Identity(name: "bridge"))
            #expect(try await GreeterPrx(untyped: bridge).greet("Alice") == "Good morning, Alice!")
            let nobody = try #require(try adapter.getCommunicator().makeProxy("nobody"))
            let lost = try add(Forwarder(greeter: GreeterPrx(untyped: nobody)), "lost")
            let error = await #expect(throws: LocalException.self) { _ = try await lost.greet("Alice") }
            #expect(error?.code == .unknownLocal)
        }
    }

    private struct Where: Greeter {
        let executor: ThreadExecutor

        func greet(name: String, current: Current) async throws -> String { "\(executor.isCurrent)" }
    }

    @Test("dispatches run on the communicator's executor")
    func executor() async throws {
        try await ThreadExecutor.run { executor in
            let communicator = try initialize(InitializationData(executor: executor))
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Greeters", endpoints: "tcp -h 127.0.0.1 -p 0")
            try adapter.activate()
            let proxy = try adapter.add(servant: Where(executor: executor), id: Identity(name: "greeter"))
            #expect(try await GreeterPrx(untyped: proxy).greet("Alice") == "true")
            await communicator.destroy()
        }
    }
}
