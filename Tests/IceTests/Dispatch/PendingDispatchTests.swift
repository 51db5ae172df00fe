import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

@Suite("Dispatches that take their time", .timeLimit(.minutes(5)))
struct PendingDispatchTests {
    /// Runs a script as a client that the server has greeted.
    private static func client<Value: Sendable>(
        of server: DispatchServer, _ script: @escaping @Sendable (RawConnection) throws -> Value
    ) async throws -> Value {
        try await RawConnection.run(port: server.port) { connection in
            try connection.receiveValidation()
            return try script(connection)
        }
    }

    @Test("71: while dispatches are pending other requests of the same connection proceed, on one thread, too")
    func free() async throws {
        let servant = HoldingServant()
        try await ThreadExecutor.run { executor in
            try await DispatchServer.run(servant, executor: executor) { server in
                let pending = try (0..<50).map { _ in
                    try server.proxy.ice_invokeAsync(operation: "hold", mode: .normal)
                }
                _ = await servant.operations.wait(for: 50)
                for _ in 0..<10 { _ = try await server.proxy.ice_invoke(operation: "now", mode: .normal) }
                #expect(pending.allSatisfy { !$0.isDone })
                for call in await servant.take(50) { call.answer() }
                for future in pending { _ = try await future.value }
            }
        }
    }

    @Test("84: a oneway request is dispatched and never answered, whatever comes of it; failures are logged")
    func oneway() async throws {
        let servant = HoldingServant()
        let log = LogRecorder()
        try await DispatchServer.run(servant, log: log) { server in
            let gate = Gate()
            async let last = Self.client(of: server) { connection in
                for operation in ["good", "bad"] { try connection.send(DispatchServer.request(id: 0, operation)) }
                try gate.wait()
                try connection.send(DispatchServer.request(id: 7, "now"))
                return try connection.receiveMessage()
            }
            for call in await servant.take(2) {
                #expect(call.current.requestId == 0)
                if call.current.operation == "good" {
                    call.answer()
                } else {
                    call.callback.exception(LocalException(.dns, "nowhere"))
                }
            }
            gate.open()
            // Whatever was sent for them would come first.
            let reply = try await last
            #expect(reply == RawMessages.reply(id: [7, 0, 0, 0]))
        }
        #expect(log.all.filter { $0.message == "dispatch failed" }.map { $0["ice-operation"] } == ["bad"])
    }

    @Test("85: the next entry of a batch begins when the one before waits, and no result is needed for that")
    func batchEntries() async throws {
        let servant = HoldingServant()
        try await DispatchServer.run(servant) { server in
            let batch = server.proxy.ice_batchOneway()
            for number in 0..<20 { _ = try batch.ice_invokeAsync(operation: "\(number)", mode: .normal) }
            try await batch.ice_flushBatchRequests()
            // None of them is answered yet.
            let calls = await servant.take(20)
            #expect(calls.map(\.current.operation) == (0..<20).map { "\($0)" })
            for call in calls { call.answer() }
        }
    }

    @Test("86: requests start in the order of the connection, from however many messages and whatever thread answers")
    func starts() async throws {
        let servant = HoldingServant()
        let count: Int32 = 90
        try await DispatchServer.run(servant) { server in
            async let ids = Self.client(of: server) { connection in
                for id in 1...count { try connection.send(DispatchServer.request(id: id, "hold")) }
                return try (0..<count).map { _ in Int32(try connection.receiveMessage()[14]) }
            }
            let calls = await servant.take(Int(count))
            #expect(calls.map(\.current.requestId) == Array(1...count))
            let answers = Array(calls.reversed())
            try await onThread { for call in answers { call.answer() } }
            let received = try await ids
            #expect(received.sorted() == Array(1...count))
        }
    }

    @Test("87: a graceful close waits for what is pending, answers it and then says goodbye")
    func gracefulClose() async throws {
        let servant = HoldingServant()
        try await DispatchServer.run(servant) { server in
            async let messages = Self.client(of: server) { connection in
                try connection.send(DispatchServer.request(id: 1, "hold"))
                try connection.send(DispatchServer.request(id: 2, "hold"))
                return try (0..<3).map { _ in try connection.receiveMessage() }
            }
            let calls = await servant.take(2)
            server.adapter.deactivate()
            for call in calls.reversed() { call.answer() }
            let received = try await messages
            // Two tasks end at about the same time: their replies come in any order, but before the goodbye.
            #expect(
                Set(received.prefix(2)) == [
                    RawMessages.reply(id: [2, 0, 0, 0]), RawMessages.reply(id: [1, 0, 0, 0]),
                ])
            #expect(received.last == RawConnection.closeConnection)
            await server.adapter.waitForDeactivate()
        }
    }

    @Test("87: an answer to a connection that is gone is dropped without a word")
    func lateAnswers() async throws {
        let servant = HoldingServant()
        let log = LogRecorder()
        try await DispatchServer.run(servant, properties: ["Ice.Trace.Network": "1"], log: log) { server in
            try await Self.client(of: server) { connection in
                for id in 1...3 { try connection.send(DispatchServer.request(id: Int32(id), "hold")) }
                try connection.send(DispatchServer.request(id: 4, "now"))
                _ = try connection.receiveMessage()
                try connection.reset()
            }
            await Self.waitForEnd(log)
            for call in await servant.take(3) {
                #expect(call.callback.response(call.current.makeEmptyOutgoingResponse()))
            }
            _ = try await server.proxy.ice_invoke(operation: "now", mode: .normal)
        }
        #expect(!log.all.contains { $0.level >= .warning })
    }

    /// Until a server has noticed the end of its first connection.
    private static func waitForEnd(_ log: LogRecorder) async {
        var count = 0
        while !log.all.contains(where: { $0.message == "closed connection" }) {
            count += 1
            _ = await log.notes.wait(for: count)
        }
    }

    @Test("88: heartbeats go on while a dispatch is pending, and the connection is not inactive")
    func heartbeats() async throws {
        let servant = HoldingServant()
        let properties: Properties = [
            "Ice.Connection.Server.IdleTimeout": "1", "Ice.Connection.Server.InactivityTimeout": "1",
            "Ice.Connection.Server.EnableIdleCheck": "0",
        ]
        try await DispatchServer.run(servant, properties: properties) { server in
            let (beats, news) = AsyncStream<Void>.makeStream()
            async let messages = Self.client(of: server) { connection in
                try connection.send(DispatchServer.request("hold"))
                var messages: [[UInt8]] = []
                repeat {
                    messages.append(try connection.receiveMessage())
                    news.yield()
                } while messages.last != RawConnection.closeConnection
                return messages
            }
            let calls = await servant.take(1)
            // Every half second one: the inactivity timeout would be over.
            var heard = 0
            for await _ in beats {
                heard += 1
                if heard == 4 { break }
            }
            for call in calls { call.answer() }
            let received = try await messages
            #expect(received.prefix(4) == [[UInt8]](repeating: RawConnection.validation, count: 4)[...])
            let others = received.filter { $0 != RawConnection.validation }
            #expect(others == [RawMessages.reply(id: [1, 0, 0, 0]), RawConnection.closeConnection])
        }
    }

    @Test("89: what waits for an answer counts, and every end of it frees one place", arguments: [1, 3])
    func places(limit: Int) async throws {
        let servant = HoldingServant()
        let properties: Properties = [
            "Ice.Connection.Server.MaxDispatches": "\(limit)", "Ice.Warn.Dispatch": "0",
        ]
        try await DispatchServer.run(servant, properties: properties) { server in
            let count: Int32 = 40
            async let statuses = Self.client(of: server) { connection in
                for id in 1...count { try connection.send(DispatchServer.request(id: id, "hold")) }
                return try (0..<count).map { _ in try connection.receiveMessage()[18] }
            }
            var taken = 0
            while taken < Int(count) {
                let calls = await servant.take(taken + 1)
                taken += calls.count
                #expect(servant.operations.all.count <= taken && calls.count <= limit)
                for (index, call) in calls.enumerated() {
                    switch index % 3 {
                    case 0: call.answer()
                    case 1: call.callback.exception(LocalException(.dns, ""))
                    // The array lets go of the others.
                    default: break
                    }
                    // Frees nothing.
                    call.callback.response(call.current.makeEmptyOutgoingResponse())
                }
            }
            let all = try await statuses
            #expect(all.count == Int(count))
        }
    }

    @Test(
        "93: dispatches go on when their connection is gone; with CancelDispatches those of twoway requests are cancelled"
    )
    func cancelling() async throws {
        for isOn in [false, true] {
            let (ended, gate, forever) = (Notes<String>(), Notes<Void>(), Notes<ResponseCallback<Void>>())
            let servant = ClosureDispatcher { request in
                let operation = request.current.operation
                if operation == "twoway", isOn {
                    // Ends by cancelling only.
                    let wait: Void? = try? await withResponseCallback { forever.add($0) }
                    ended.add(wait == nil && Task.isCancelled ? "cancelled" : "not")
                } else if operation != "now" {
                    _ = await gate.wait(for: 1)
                    ended.add("\(operation) \(Task.isCancelled)")
                }
                return request.current.makeEmptyOutgoingResponse()
            }
            let log = LogRecorder()
            try await DispatchServer.run(
                servant,
                properties: [
                    "Ice.Trace.Network": "1", "Ice.Connection.Server.CancelDispatches": isOn ? "1" : "0",
                ], log: log
            ) { server in
                try await Self.client(of: server) { connection in
                    try connection.send(DispatchServer.request(id: 1, "twoway"))
                    if isOn { try connection.send(DispatchServer.request(id: 0, "oneway")) }
                    try connection.send(DispatchServer.request(id: 2, "now"))
                    _ = try connection.receiveMessage()
                }
                await Self.waitForEnd(log)
                if isOn { #expect(await ended.wait(for: 1) == ["cancelled"]) }
                gate.add(())
                let all = await ended.wait(for: isOn ? 2 : 1)
                #expect(all == (isOn ? ["cancelled", "oneway false"] : ["twoway false"]))
            }
        }
    }
}
