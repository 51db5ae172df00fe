import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI with every server: ends, cancelling and callbacks", .serialized, .timeLimit(.minutes(5)))
struct CompletionTests {
    static let servers = AMIServer.allCases
    static let canceled = LocalException(.invocationCanceled, "")
    /// More than a loopback connection whose other end does not read can hold.
    static let large = [UInt8](repeating: 7, count: 24 << 20)

    @Test("12, 13, 14, 15, 16: a cancelled request that was sent is executed; its reply is ignored", arguments: servers)
    func cancelSent(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            let connection = try #require(probe.proxy.ice_getCachedConnection())
            let future = try probe.proxy.begin("hold") { $0.appendString("gate") }
            try await probe.control.awaitCount("hold", 1)
            #expect(future.cancel())
            #expect(future.isDone && future.isCancelled && !future.isRunning && future.isSent)
            #expect(future.cancel())
            await #expect(throws: Self.canceled) { try await future.value }
            await #expect(throws: Self.canceled) { try await future.exception }
            try await probe.control.open("gate")
            // The ignored reply is before or behind this one.
            try await probe.proxy.call("op")
            await #expect(throws: Self.canceled) { try await future.value }
            #expect(probe.proxy.ice_getCachedConnection() === connection)
        }
    }

    @Test("12, 13, 30, 34: a cancelled request that waits for a connection is never sent", arguments: servers)
    func cancelWaiting(server: AMIServer) async throws {
        try await server.withProbe(isReading: false) { probe in
            let notes = Notes<Bool>()
            let future = try probe.proxy.begin("execute") { $0.appendString("cancelled") }
            future.onSent(notes.add)
            #expect(future.cancel())
            #expect(future.isDone && future.isCancelled && !future.isSent)
            await #expect(throws: Self.canceled) { try await future.sent() }
            try await probe.control.read()
            try await probe.proxy.call("execute") { $0.appendString("other") }
            #expect(try await probe.control.executed(1) == ["other"])
            #expect(try await probe.control.count("cancelled") == 0)
            #expect(notes.all.isEmpty)
        }
    }

    @Test("12, 13: a cancelled request behind one that the server does not read is never sent", arguments: servers)
    func cancelQueued(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            try await probe.control.stopReading(probe.proxy)
            let large = try probe.proxy.begin("upload") {
                $0.append(0 as Int32)
                $0.appendSize(Self.large.count)
                $0.append(Self.large)
            }
            let queued = try (0..<10).map { id in try probe.proxy.begin("execute") { $0.appendString("\(id)") } }
            for future in queued where future !== queued[3] { #expect(future.cancel()) }
            for future in [large] + queued { #expect(!future.isSent) }
            try await probe.control.read()
            #expect(try await large.value.read { try $0.read(Int32.self) } == Int32(Self.large.count))
            _ = try await queued[3].value
            #expect(try await probe.control.executed(1) == ["3"])
            #expect(try await probe.control.count("execute") == 1)
        }
    }

    @Test("13: cancelling the task that waits cancels the invocation", arguments: servers)
    func cancelTask(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let future = try probe.proxy.begin("hold") { $0.appendString("gate") }
            try await probe.control.awaitCount("hold", 1)
            let task = Task { try await future.value }
            task.cancel()
            await #expect(throws: Self.canceled) { try await task.value }
            #expect(future.isCancelled)
            try await probe.proxy.call("op")
        }
    }

    @Test("14, 15, 16, 17: after the end cancel is false and changes nothing; what there is stays", arguments: servers)
    func afterEnd(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let future = try probe.proxy.begin("opWithResult") { $0.appendString("value") }
            #expect(try await future.exception == nil)
            #expect(!future.cancel() && !future.isCancelled && future.isDone)
            for _ in 0..<2 { #expect(try await future.value.read { try $0.readString() } == "value") }
            let nothing: Void = try await probe.proxy.ice_pingAsync().value
            #expect(nothing == ())
            let failed = try probe.proxy.ice_identity(Identity(name: "nobody")).ice_pingAsync()
            let exception = try #require(try await failed.exception as? LocalException)
            #expect(exception.code == .objectNotExist)
            #expect(!failed.cancel())
            await #expect(throws: exception) { try await failed.value }
        }
    }

    @Test("18: a blocking wait that is over leaves the invocation alone; zero only looks", arguments: servers)
    func blockingWaits(server: AMIServer) async throws {
        let late = LocalException(.timeout, "")
        try await server.withProbe { probe in
            let future = try probe.proxy.begin("hold") { $0.appendString("gate") }
            try await offThePool { () throws -> Void in
                #expect(throws: late) { try future.wait(timeout: .milliseconds(1)) }
                #expect(throws: late) { try future.waitForException(timeout: .zero) }
            }
            #expect(future.isRunning)
            try await probe.control.open("gate")
            try await offThePool { () throws -> Void in
                #expect(try future.waitForException() == nil)
                #expect(try future.wait(timeout: .zero).ok)
                #expect(try future.waitForSent(timeout: .zero) == false)
            }
        }
    }

    @Test("19, 20, 21: callbacks come in their order on the executor; after the end in the caller", arguments: servers)
    func callbacks(server: AMIServer) async throws {
        try await ThreadExecutor.run { executor in
            try await server.withProbe(executor: executor) { probe in
                let notes = Notes<String>()
                let future = try probe.proxy.begin("hold") { $0.appendString("gate") }
                for index in 0..<5 {
                    future.onCompletion { _ in notes.add("\(index) \(executor.isCurrent)") }
                }
                #expect(notes.all.isEmpty)
                try await probe.control.open("gate")
                _ = try await future.value
                #expect(await notes.wait(for: 5) == (0..<5).map { "\($0) true" })
                try await offThePool {
                    future.onCompletion { _ in notes.add("after \(executor.isCurrent)") }
                    #expect(notes.all.last == "after false")
                }
                future.onCompletion(on: executor) { _ in notes.add("on \(executor.isCurrent)") }
                #expect(await notes.wait(for: 7).last == "on true")
            }
        }
    }

    @Test("24: a timeout is not retried, and the connection stays usable", arguments: servers)
    func timeout(server: AMIServer) async throws {
        try await server.withProbe { probe in
            // Connecting would be part of the time.
            try await probe.proxy.ice_ping()
            let connection = try #require(probe.proxy.ice_getCachedConnection())
            let proxy = probe.proxy.ice_invocationTimeout(50)
            let future = try proxy.begin("holdIdempotent", mode: .idempotent) { $0.appendString("never") }
            #expect(future.isSentSynchronously)
            await #expect(throws: LocalException(.invocationTimeout, "")) { try await future.value }
            #expect(!future.isCancelled && !future.cancel())
            #expect(try await probe.control.awaitCount("holdIdempotent", 1) == 1)
            #expect(proxy.ice_getCachedConnection() === connection)
            try await probe.proxy.call("op")
            #expect(probe.proxy.ice_getCachedConnection() === connection)
        }
    }

    @Test("25: when a server breaks the connection all that is pending fails, once, unrepeated", arguments: servers)
    func broken(server: AMIServer) async throws {
        let lost = LocalException(.connectionLost, "")
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            probe.control.letBreak(probe.proxy)
            let ends = Notes<Bool>()
            var futures = try (0..<5).map { _ in try probe.proxy.begin("hold") { $0.appendString("never") } }
            try await probe.control.awaitCount("hold", 5)
            futures.append(try probe.proxy.begin("breakOnceNormal") { $0.appendString("id") })
            for future in futures { future.onCompletion { _ in ends.add(true) } }
            for future in futures {
                await #expect(throws: lost) { try await future.value }
                #expect(future.isSent)
            }
            try await probe.proxy.call("op")
            #expect(try await probe.control.count("id") == 1)
            #expect(try await probe.control.count("hold") == 5)
            #expect(await ends.wait(for: 6).count == 6)
        }
    }

    @Test("26: close() waits for what is pending; calls in between take another connection", arguments: servers)
    func closed(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            let pending = try (0..<5).map { _ in try probe.proxy.begin("hold") { $0.appendString("gate") } }
            try await probe.control.awaitCount("hold", 5)
            async let end: Void = connection.close()
            // Closing has begun when there is another one.
            while try await probe.proxy.ice_getConnection() === connection { await Task.yield() }
            try await probe.proxy.call("op")
            for future in pending { #expect(future.isRunning) }
            try await probe.control.open("gate")
            for future in pending { #expect(try await future.value.ok) }
            try await end
            try await probe.proxy.call("op")
            #expect(try await probe.control.count("hold") == 5)
        }
    }

    @Test("26: abort() fails what is pending, which is not sent again; the next call connects", arguments: servers)
    func aborted(server: AMIServer) async throws {
        var expected = LocalException(.connectionAborted, "")
        expected.closedByApplication = true
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            let pending = try (0..<5).map { _ in
                try probe.proxy.begin("holdIdempotent", mode: .idempotent) { $0.appendString("never") }
            }
            try await probe.control.awaitCount("holdIdempotent", 5)
            connection.abort()
            for future in pending {
                await #expect(throws: expected) { try await future.value }
                #expect(future.isSent && !future.isCancelled)
            }
            try await probe.proxy.call("op")
            #expect(probe.proxy.ice_getCachedConnection() !== connection)
            #expect(try await probe.control.count("holdIdempotent") == 5)
        }
    }

    @Test("30, 101: an idempotent call is sent again as it was; its sent callback is called once", arguments: servers)
    func retried(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            let connection = try #require(probe.proxy.ice_getCachedConnection())
            probe.control.letBreak(probe.proxy)
            let sent = Notes<Bool>()
            let future = try probe.proxy.begin("breakOnce", mode: .idempotent) { $0.appendString("id") }
            future.onSent(sent.add)
            #expect(future.isSentSynchronously)
            #expect(try await future.value.read { try $0.read(Int32.self) } == 2)
            #expect(future.isSent && future.isSentSynchronously)
            #expect(probe.proxy.ice_getCachedConnection() !== connection)
            #expect(try await probe.control.count("id") == 2)
            #expect(sent.all == [true])
        }
    }
}
