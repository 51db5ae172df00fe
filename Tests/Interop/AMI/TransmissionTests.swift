import IceTesting
import Glibc
import Ice
import IceEncoding
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI with every server: sent, oneway", .serialized, .timeLimit(.minutes(5)))
struct TransmissionTests {
    static let servers = AMIServer.allCases
    static let large = CompletionTests.large

    static func upload(_ proxy: ObjectPrx, offset: Int = 0, _ data: [UInt8] = large) throws
        -> InvocationFuture<InvocationResult>
    {
        try proxy.begin("upload") {
            $0.append(Int32(offset))
            $0.appendSize(data.count)
            $0.append(data)
        }
    }

    @Test("28, 31, 34, 35: the first call waits for its connection, the next is sent by itself", arguments: servers)
    func synchronously(server: AMIServer) async throws {
        try await ThreadExecutor.run { executor in
            try await server.withProbe(executor: executor, isReading: false) { probe in
                let notes = Notes<String>()
                let first = try probe.proxy.begin("op")
                first.onSent { notes.add("first \($0) \(executor.isCurrent)") }
                try await probe.control.read()
                #expect(try await first.sent() == false)
                #expect(await notes.wait(for: 1) == ["first false true"])
                _ = try await first.value
                try await offThePool { () throws -> Void in
                    let second = try probe.proxy.begin("op")
                    let here = UInt(pthread_self())
                    second.onSent { notes.add("second \($0) \(UInt(pthread_self()) == here)") }
                    #expect(notes.all.last == "second true true")
                    #expect(try second.waitForSent() == true)
                    #expect(second.isSent && second.isSentSynchronously)
                    _ = try second.wait()
                }
            }
        }
    }

    @Test(
        "27, 28, 29, 31, 33, 40: behind one that the server does not read all wait, and leave in order",
        arguments: servers)
    func queued(server: AMIServer) async throws {
        try await ThreadExecutor.run { executor in
            try await server.withProbe(executor: executor, threads: 1) { probe in
                try await probe.proxy.ice_ping()
                try await probe.control.stopReading(probe.proxy)
                let notes = Notes<String>()
                let large = try Self.upload(probe.proxy)
                // Twoway and oneway requests of several proxies share the connection.
                let proxies = [probe.proxy, probe.proxy.ice_oneway(), probe.proxy.ice_context(["a": "1"])]
                let others = try (0..<9).map { id in
                    try proxies[id % 3].begin("execute") { $0.appendString("\(id)") }
                }
                for (index, future) in ([large] + others).enumerated() {
                    #expect(!future.isSent && !future.isSentSynchronously && !future.isDone)
                    future.onSent { notes.add("\(index) \($0) \(executor.isCurrent)") }
                }
                try await probe.control.read()
                for future in [large] + others {
                    #expect(try await future.sent() == false)
                    #expect(future.isSent && !future.isSentSynchronously)
                    _ = try await future.value
                }
                #expect(Set(await notes.wait(for: 10)) == Set((0..<10).map { "\($0) false true" }))
                let after = try #require(others.last)
                after.onSent(on: executor) { notes.add("after \($0) \(executor.isCurrent)") }
                #expect(await notes.wait(for: 11).last == "after false true")
                #expect(try await probe.control.executed(9) == (0..<9).map { "\($0)" })
            }
        }
    }

    @Test("36: a request that is answered was sent", arguments: servers)
    func answered(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let futures = try (0..<200).map { _ in try probe.proxy.begin("op") }
            let notes = Notes<Bool>()
            for future in futures { future.onCompletion { _ in notes.add(future.isSent) } }
            for future in futures { _ = try await future.value }
            #expect(await notes.wait(for: 200).allSatisfy { $0 })
        }
    }

    @Test("37, 38: a oneway call is done when it is written, whatever the server makes of it", arguments: servers)
    func oneway(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let oneway = probe.proxy.ice_oneway()
            let nothing = InvocationResult(ok: true, outEncaps: [])
            #expect(try await oneway.begin("execute") { $0.appendString("id") }.value == nothing)
            #expect(try await oneway.begin("fail") { $0.appendString("error") }.value == nothing)
            #expect(try await oneway.begin("hold") { $0.appendString("never") }.value == nothing)
            #expect(try await oneway.ice_identity(Identity(name: "nobody")).begin("op").value == nothing)
            for name in ["id", "fail", "hold"] { try await probe.control.awaitCount(name, 1) }
            let next = try oneway.begin("op")
            #expect(next.isDone && next.isSentSynchronously)
            try await probe.proxy.call("op")
        }
    }

    @Test("37: a oneway call that the server does not read is not done", arguments: servers)
    func onewayQueued(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            try await probe.control.stopReading(probe.proxy)
            let large = try Self.upload(probe.proxy.ice_oneway())
            let behind = try probe.proxy.ice_oneway().begin("op")
            #expect(large.isRunning && !large.isSent && behind.isRunning && !behind.isSent)
            try await probe.control.read()
            #expect(try await behind.value == InvocationResult(ok: true, outEncaps: []))
            #expect(large.isDone && large.isSent && !behind.isSentSynchronously)
            try await probe.control.awaitCount("upload", 1)
        }
    }

    @Test("56: a future knows what was called", arguments: servers)
    func accessors(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let future = try probe.proxy.begin("op")
            #expect(future.operation == "op" && future.proxy == probe.proxy && future.connection == nil)
            #expect(future.communicator === probe.communicator)
            _ = try await future.value
        }
    }
}
