import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Thousands of pending dispatches", .timeLimit(.minutes(5)))
struct ManyDispatchesTests {
    @Test("71, 77, 89: 5,000 on 200 connections begin on one thread, leave it free, and are all answered at the end")
    func thousands() async throws {
        let (connections, each) = (200, 25)
        let threads = Mutex<Set<UInt>>([])
        let servant = HoldingServant()
        let counting = ClosureDispatcher { request in
            threads.withLock { _ = $0.insert(currentThread()) }
            return try await servant.dispatch(request)
        }
        try await ThreadExecutor.run { executor in
            try await DispatchServer.run(counting, executor: executor) { server in
                let futures = try (0..<connections).flatMap { number in
                    let proxy = server.proxy.ice_connectionId("\(number)")
                    return try (0..<each).map { _ in try proxy.ice_invokeAsync(operation: "hold", mode: .normal) }
                }
                _ = await servant.operations.wait(for: futures.count)
                // Calls beside them, also on connections that have many.
                for number in 0..<50 {
                    let proxy = server.proxy.ice_connectionId("\(number)")
                    _ = try await proxy.ice_invoke(operation: "now", mode: .normal)
                }
                #expect(futures.allSatisfy { !$0.isDone })
                let calls = await servant.take(futures.count)
                #expect(calls.count == connections * each)
                try await onThread { for call in calls { call.answer() } }
                for future in futures {
                    let result = try await future.value
                    #expect(result.ok)
                }
            }
        }
        #expect(threads.withLock { $0.count } == 1)
    }
}
