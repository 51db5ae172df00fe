import EventLoop
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("A connection that another thread is using", .timeLimit(.minutes(5)))
struct ContentionTests {
    @Test("28: while another thread writes, the loop gets the request; when nobody does, the call itself sends")
    func contended() async throws {
        let (isHeld, gate) = (Gate(), Gate())
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let connection = try #require(proxy.ice_getCachedConnection())
            connection.repliesCameTogether.store(true, ordering: .relaxed)
            let free = try proxy.ice_pingAsync()
            #expect(free.isSentSynchronously)
            try await free.value
            // The loop notes how answers came after it has handed them out: that must not undo the line below.
            await endOfTurn(proxy)
            async let holder: Void = onThread {
                try connection.outbox.withLock { _ in
                    isHeld.open()
                    try gate.wait()
                }
            }
            try await onThread { try isHeld.wait() }
            connection.repliesCameTogether.store(true, ordering: .relaxed)
            let future = try await onThread { try proxy.ice_pingAsync() }
            #expect(!future.isSent && !future.isDone)
            gate.open()
            try await holder
            #expect(try await future.sent() == false)
            try await future.value
        }
    }

    @Test("29: behind a request that was left to the loop, those of other proxies wait for the loop, too")
    func orderBehindContention() async throws {
        let operations = Notes<String>()
        let (isHeld, gate) = (Gate(), Gate())
        let (isLoopHeld, loopGate) = (Gate(), Gate())
        try await withRawPeer { connection, _ in
            try connection.serve(operations.add)
        } _: { proxy, _ in
            let other = proxy.ice_oneway()
            try await proxy.ice_ping()
            try await other.ice_ping()
            let connection = try #require(proxy.ice_getCachedConnection())
            #expect(other.ice_getCachedConnection() === connection)
            connection.loop.execute {
                isLoopHeld.open()
                loopGate.hold()
            }
            try await onThread { try isLoopHeld.wait() }
            async let holder: Void = onThread {
                try connection.outbox.withLock { _ in
                    isHeld.open()
                    try gate.wait()
                }
            }
            try await onThread { try isHeld.wait() }
            connection.repliesCameTogether.store(true, ordering: .relaxed)
            let first = try proxy.ice_invokeAsync(operation: "first", mode: .normal)
            gate.open()
            try await holder
            let second = try other.ice_invokeAsync(operation: "second", mode: .normal)
            #expect(!second.isSent)
            // The loop stops again behind these two.
            connection.loop.execute {
                isLoopHeld.open()
                loopGate.hold()
            }
            let third = try proxy.ice_invokeAsync(operation: "third", mode: .normal)
            loopGate.open()
            try await onThread { try isLoopHeld.wait() }
            let fourth = try other.ice_invokeAsync(operation: "fourth", mode: .normal)
            #expect(!fourth.isSent)
            loopGate.open()
            for future in [first, second, third, fourth] { _ = try await future.value }
            try await proxy.ice_ping()
        }
        #expect(operations.all == ["ice_ping", "ice_ping", "first", "second", "third", "fourth", "ice_ping"])
    }
}
