import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("A connection that another thread is using", .timeLimit(.minutes(1)))
struct ContentionTests {
    @Test("28: while another thread writes, the loop gets the request; when nobody does, the call itself sends")
    func contended() async throws {
        let isHeld = Gate()
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let connection = try #require(proxy.ice_getCachedConnection())
            connection.repliesCameTogether.store(true, ordering: .relaxed)
            let free = try proxy.ice_pingAsync()
            #expect(free.isSentSynchronously)
            try await free.value
            async let holder: Void = onThread {
                connection.outbox.withLock { _ in
                    isHeld.open()
                    gate.wait()
                }
            }
            try await onThread { isHeld.wait() }
            connection.repliesCameTogether.store(true, ordering: .relaxed)
            let future = try proxy.ice_pingAsync()
            #expect(!future.isSent && !future.isDone)
            gate.open()
            try await holder
            #expect(try await future.sent() == false)
            try await future.value
        }
    }
}
