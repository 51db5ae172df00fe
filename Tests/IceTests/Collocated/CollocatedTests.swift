import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Calls of objects of the same communicator", .timeLimit(.minutes(5)))
struct CollocatedTests {
    @Test("103: they need no connection, and no activated object adapter", arguments: [true, false])
    func withoutConnection(isActive: Bool) async throws {
        let currents = Notes<Current>()
        try await CollocatedScene.run(isActive: isActive) { scene in
            scene.servant.on("note") { request in
                currents.add(request.current)
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let answer = try await Greeter.greet("Zoë", scene.proxy)
            #expect(answer == "Hello, Zoë!")
            try await scene.proxy.call("note", ["key": "value"])
            let current = try #require(currents.all.first)
            #expect(current.con == nil && current.adapter === scene.adapter && current.ctx == ["key": "value"])
            #expect(current.requestId != 0)
            let connection = try await scene.proxy.ice_getConnection()
            #expect(connection == nil && scene.proxy.ice_getCachedConnection() == nil)
        }
    }

    @Test("103: requests are sent synchronously, whatever becomes of them")
    func sentSynchronously() async throws {
        try await CollocatedScene.run { scene in
            let gate = scene.servant.hold("held")
            let call = try scene.proxy.ice_invokeAsync(operation: "held", mode: .normal)
            #expect(call.isSent && call.isSentSynchronously && !call.isDone)
            let oneway = try scene.proxy.ice_oneway().ice_invokeAsync(operation: "held", mode: .normal)
            #expect(oneway.isSentSynchronously && oneway.isDone)
            let missing = try scene.proxy.ice_oneway().ice_invokeAsync(operation: "missing", mode: .normal)
            #expect(missing.isSentSynchronously)
            _ = try await missing.value
            gate.open()
            _ = try await call.value
            await scene.servant.waitForCalls("missing", count: 1)
        }
    }

    @Test(
        "103: answers, exceptions and texts are those of a call over a connection",
        arguments: [EncodingVersion.v1_1, .v1_0])
    func same(encoding: EncodingVersion) async throws {
        var outcomes: [[String]] = []
        for isCollocated in [true, false] {
            try await CollocatedScene.run(["Ice.RetryIntervals": "-1"], isCollocated: isCollocated) { scene in
                outcomes.append(try await Self.outcomes(scene, scene.proxy.ice_encodingVersion(encoding)))
            }
        }
        try #require(outcomes.count == 2 && outcomes[0].count > 10)
        #expect(outcomes[0] == outcomes[1])
    }

    private struct Strange: Error {}

    private static func outcomes(_ scene: CollocatedScene, _ proxy: ObjectPrx) async throws -> [String] {
        let errors: [any Error] = [
            LocalException(.objectNotExist, "x"), LocalException(.facetNotExist, "x"),
            LocalException(.operationNotExist, "x"), LocalException(.unknown, "x"), LocalException(.unknownUser, "x"),
            LocalException(.unknownLocal, "x"), LocalException(.connectionLost, "x"), Strange(),
            MarshalError(.malformed, "x"),
        ]
        scene.servant.on("fail") { request in
            throw errors[try Encapsulation.read(request.inEncaps) { Int(try $0.read(Int32.self)) }]
        }
        scene.servant.on("refuse") { OutgoingResponse(ok: false, outEncaps: $0.inEncaps) }
        scene.servant.on("current") { request in
            let current = request.current
            let text =
                "\(current.id) \(current.facet) \(current.operation) \(current.mode) \(current.ctx.sorted { $0 < $1 })"
            return OutgoingResponse(outEncaps: Encapsulation.make(current.encoding) { $0.appendString(text) })
        }
        try scene.adapter.add(servant: scene.servant, identity: Identity(name: "greeter"), facet: "f")
        let encoding = proxy.ice_getEncodingVersion()
        var outcomes: [String] = []
        func note(_ call: () async throws -> InvocationResult) async {
            do {
                outcomes.append("\(try await call())")
            } catch let error as LocalException {
                outcomes.append("\(error) \(String(describing: error.target)) \(String(describing: error.replyStatus))")
            } catch {
                outcomes.append("\(error)")
            }
        }
        for index in errors.indices {
            let parameters = Encapsulation.make(encoding) { $0.append(Int32(index)) }
            await note { try await proxy.ice_invoke(operation: "fail", mode: .normal, inEncaps: parameters) }
            await note { try await proxy.ice_invoke(operation: "fail", mode: .idempotent, inEncaps: parameters) }
        }
        await note { try await proxy.ice_invoke(operation: "refuse", mode: .normal) }
        await note { try await proxy.ice_invoke(operation: "missing", mode: .normal) }
        await note { try await proxy.ice_facet("nowhere").ice_invoke(operation: "x", mode: .normal) }
        await note { try await proxy.ice_identity(Identity(name: "nobody")).ice_invoke(operation: "x", mode: .normal) }
        await note {
            try await proxy.ice_facet("f").ice_context(["a": "b", "c": "d"]).ice_invoke(
                operation: "current", mode: .idempotent)
        }
        outcomes.append(try await proxy.ice_id())
        outcomes.append("\(try await proxy.ice_ids())")
        outcomes.append("\(try await proxy.ice_isA("::Other"))")
        return outcomes
    }

    @Test("an idempotent operation that failed is tried again, as over a connection", arguments: [true, false])
    func retries(isCollocated: Bool) async throws {
        try await CollocatedScene.run(["Ice.RetryIntervals": "0 0"], isCollocated: isCollocated) { scene in
            scene.servant.on("fail") { _ in throw LocalException(.unknown, "on purpose") }
            await #expect(throws: LocalException(.unknown, "")) {
                try await scene.proxy.ice_invoke(operation: "fail", mode: .idempotent)
            }
            #expect(scene.servant.callCount("fail") == 3)
            await #expect(throws: LocalException(.unknown, "")) { try await scene.proxy.call("fail") }
            #expect(scene.servant.callCount("fail") == 4)
        }
    }

    @Test("timeouts and cancels end the wait; the servant goes on")
    func timeoutAndCancel() async throws {
        try await CollocatedScene.run { scene in
            let gate = scene.servant.hold("held")
            let late = try scene.proxy.ice_invocationTimeout(20).ice_invokeAsync(operation: "held", mode: .normal)
            await #expect(throws: LocalException(.invocationTimeout, "")) { _ = try await late.value }
            let call = try scene.proxy.ice_invokeAsync(operation: "held", mode: .normal)
            #expect(call.cancel() && call.isCancelled && call.isSent)
            await #expect(throws: LocalException(.invocationCanceled, "")) { _ = try await call.value }
            let task = Task { try await scene.proxy.call("held") }
            await scene.servant.waitForCalls("held", count: 3)
            task.cancel()
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await task.value }
            gate.open()
            let answer = try await Greeter.greet("bob", scene.proxy)
            #expect(answer == "Hello, bob!")
        }
    }

    @Test("requests of a proxy begin in the order of the calls; batches are dispatched in theirs")
    func order() async throws {
        try await CollocatedScene.run { scene in
            let names = (0..<200).map { "n\($0)" }
            for name in names { scene.servant.on(name) { OutgoingResponse(emptyFor: $0.current.encoding) } }
            let oneway = scene.proxy.ice_oneway()
            for name in names[..<100] { _ = try oneway.ice_invokeAsync(operation: name, mode: .normal) }
            await scene.servant.waitForCalls("n99", count: 1)
            let batch = scene.proxy.ice_batchOneway()
            for name in names[100...] { _ = try batch.ice_invokeAsync(operation: name, mode: .normal) }
            #expect(scene.servant.callCount("n100") == 0)
            let flush = try batch.ice_flushBatchRequestsAsync()
            #expect(flush.isSentSynchronously)
            try await flush.value
            await scene.servant.waitForCalls("n199", count: 1)
            #expect(scene.servant.calls == names)
        }
    }

    @Test("a servant may call itself and wait, on an executor of one thread, too")
    func nested() async throws {
        try await ThreadExecutor.run { executor in
            try await CollocatedScene.run(executor: executor) { scene in
                scene.servant.on("nest") { request in
                    let depth = try Encapsulation.read(request.inEncaps) { try $0.read(Int32.self) }
                    guard depth > 0 else { return OutgoingResponse(outEncaps: request.inEncaps) }
                    let result = try await scene.proxy.ice_invoke(
                        operation: "nest", mode: .normal, inEncaps: Encapsulation.make { $0.append(depth - 1) })
                    return OutgoingResponse(outEncaps: result.outEncaps)
                }
                let result = try await scene.proxy.ice_invoke(
                    operation: "nest", mode: .normal, inEncaps: Encapsulation.make { $0.append(50 as Int32) })
                #expect(result.outEncaps == Encapsulation.make { $0.append(0 as Int32) })
            }
        }
    }

    @Test("parameters that can't be read fail the call, as the connection would break", arguments: [true, false])
    func malformed(isCollocated: Bool) async throws {
        try await CollocatedScene.run(["Ice.RetryIntervals": "-1"], isCollocated: isCollocated) { scene in
            let failure = await #expect(throws: LocalException.self) {
                try await scene.proxy.ice_invoke(operation: "x", mode: .normal, inEncaps: [1, 2, 3])
            }
            #expect(failure?.code == (isCollocated ? .marshal : .connectionLost))
            try await scene.proxy.ice_ping()
        }
    }

    @Test("calls on a loop and from many threads")
    func everywhere() async throws {
        try await CollocatedScene.run { scene in
            try await Task(executorPreference: scene.proxy.ice_loopExecutor) {
                for index in 0..<100 {
                    let answer = try await Greeter.greet("\(index)", scene.proxy)
                    #expect(answer == "Hello, \(index)!")
                }
            }.value
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask { try await Greeter.greet("\(index)", scene.proxy) == "Hello, \(index)!" }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }
}
