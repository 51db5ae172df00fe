import EventLoop
import Ice
import IceEncoding
import Testing

@testable import Gateway

@Suite("Targets of objects without endpoints", .timeLimit(.minutes(5))) struct ObjectTargetsTests {
    @Test("each object has one; there are never more than so many, and those used last stay")
    func bounded() async throws {
        let thread = try LoopThread(try EventLoop(), name: "test-targets")
        let loop = thread.loop
        let communicator = try Communicator(loops: [loop])
        let proxy = try #require(try communicator.makeProxy("s/x"))
        await withCheckedContinuation { done in
            loop.execute {
                let targets = ObjectTargets { communicator.makeInvoker(proxy.ice_identity($0), on: loop) }
                let first = targets.target(of: Identity(name: "0"))
                #expect(first.identity == Identity(name: "0") && targets.target(of: Identity(name: "0")) === first)
                var peak = 0
                for number in 1...5 * ObjectTargets.limit {
                    _ = targets.target(of: Identity(name: "\(number)"))
                    #expect(targets.target(of: Identity(name: "0")) === first)
                    peak = max(peak, targets.count)
                }
                #expect(peak == ObjectTargets.limit)
                #expect(targets.inFlight == 0 && !targets.isConnected)
                done.resume()
            }
        }
        await communicator.destroy()
        try await onThread { thread.stopAndJoin() }
    }
}
