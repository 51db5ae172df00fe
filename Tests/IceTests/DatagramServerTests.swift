import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Datagrams to object adapters", .timeLimit(.minutes(5)))
struct DatagramServerTests {
    /// Notes the operations it is called with.
    private struct NotingServant: Dispatcher {
        let calls = Notes<String>()

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            calls.add(request.current.operation)
            return OutgoingResponse(emptyFor: request.current.encoding)
        }
    }

    @Test("requests and batches are dispatched in their order, whatever their id; nobody is answered")
    func dispatches() async throws {
        let servant = NotingServant()
        try await DatagramServer.run(servant) { server in
            try server.send(DatagramServer.request(operation: "a"))
            try server.send(DatagramServer.request(id: 5, operation: "b"))
            try server.send(RawMessages.request(id: 6, identity: "nobody", operation: "x"))
            try server.send(DatagramServer.batch([]))
            try server.send(DatagramServer.batch(["c", "d"]))
            try server.send(DatagramServer.request(operation: "e"))
            let calls = await servant.calls.wait(for: 5)
            #expect(calls == ["a", "b", "c", "d", "e"])
        }
    }

    @Test("a recorded malformed message as a datagram harms nobody", arguments: MalformedTests.framingCases)
    func malformed(_ vector: MalformedTests.Golden.Case) async throws {
        // Of the longest one as much as a datagram carries.
        let datagram = MalformedTests.completed(vector).prefix(65_507)
        let servant = NotingServant()
        try await DatagramServer.run(servant) { server in
            try server.send(datagram)
            try server.send(DatagramServer.request(operation: "last"))
            let isWhole = datagram.count == datagram.prefix(14).dropFirst(10).reversed().reduce(0) { $0 << 8 | Int($1) }
            let isFine = vector.reply != nil && isWhole && vector.id != "identity-empty"
            let calls = await servant.calls.wait(for: isFine ? 2 : 1)
            #expect(calls.count == (isFine ? 2 : 1) && calls.last == "last")
            #expect(server.warnings.all.contains { $0.contains("is ignored") } == (vector.reply == nil || !isWhole))
        }
    }

    @Test("a message that is cut anywhere, or has something behind it, is ignored")
    func cut() async throws {
        let servant = NotingServant()
        let request = DatagramServer.request(operation: "cut")
        let batch = DatagramServer.batch(["cut", "cut"])
        let unwanted =
            request.indices.map { Array(request.prefix($0)) } + batch.indices.map { Array(batch.prefix($0)) }
            + [request + [0], request + request, DatagramServer.batch(count: 3, []), RawConnection.closeConnection]
        try await DatagramServer.run(servant) { server in
            for (index, datagram) in unwanted.enumerated() {
                try server.send(datagram)
                // Not so many at once that the socket's buffer is full.
                let warnings = await server.warnings.wait(for: index + 1)
                #expect(warnings.count == index + 1)
            }
            try server.send(DatagramServer.request(operation: "whole"))
            let calls = await servant.calls.wait(for: 1)
            #expect(calls == ["whole"])
        }
    }

    @Test("of a batch with a fault the requests before it are dispatched, as over tcp")
    func faultInBatch() async throws {
        let servant = NotingServant()
        var batch = DatagramServer.batch(["before", "fault", "behind"])
        let fault = try #require(batch.firstRange(of: Array("fault".utf8)))
        // The mode, which there is none of with that number.
        batch[fault.upperBound] = 9
        try await DatagramServer.run(servant) { server in
            try server.send(batch)
            _ = await server.warnings.wait(for: 1)
            try server.send(DatagramServer.request(operation: "last"))
            let calls = await servant.calls.wait(for: 2)
            #expect(calls == ["before", "last"])
        }
    }

    @Test(
        "what is longer than the buffer or than messages may be is ignored",
        arguments: [("Ice.UDP.RcvSize", "1000", 972), ("Ice.MessageSizeMax", "1", 1_024), ("none", "", 65_507)])
    func longest(_ name: String, _ value: String, limit: Int) async throws {
        let servant = NotingServant()
        func request(_ operation: String, of size: Int) -> [UInt8] {
            let rest = size - DatagramServer.request(operation: operation).count
            return DatagramServer.request(
                operation: operation,
                parameters: Encapsulation.make { $0.append([UInt8](repeating: 1, count: rest)) })
        }
        try await DatagramServer.run(servant, properties: [(name, value)]) { server in
            // One after the other: a small buffer may hold no more.
            try server.send(request("first", of: limit))
            _ = await servant.calls.wait(for: 1)
            if limit < 65_507 {
                try server.send(request("long", of: limit + 1))
                _ = await server.warnings.wait(for: 1)
            }
            try server.send(DatagramServer.request(operation: "last"))
            let calls = await servant.calls.wait(for: 2)
            #expect(calls == ["first", "last"])
            #expect(server.warnings.all.count == (limit < 65_507 ? 1 : 0))
        }
    }

    @Test("no more dispatches than MaxDispatches at a time; then the socket is not read")
    func maxDispatches() async throws {
        let (begun, stream) = (Notes<String>(), AsyncStream.makeStream(of: Void.self))
        let servant = MockServant(operations: [
            "wait": { request in
                begun.add("begun")
                for await _ in stream.stream { break }
                begun.add("ended")
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
        ])
        try await DatagramServer.run(servant, properties: [("Ice.Connection.Server.MaxDispatches", "1")]) { server in
            for _ in 0..<4 { try server.send(DatagramServer.request(operation: "wait")) }
            for round in 1...4 {
                let notes = await begun.wait(for: 2 * round - 1)
                #expect(notes.count == 2 * round - 1)
                stream.continuation.yield()
            }
            let notes = await begun.wait(for: 8)
            #expect(notes == ["begun", "ended", "begun", "ended", "begun", "ended", "begun", "ended"])
        }
    }

    @Test("deactivate() waits for dispatches, and frees the port", arguments: [false, true])
    func deactivate(destroys: Bool) async throws {
        let (begun, stream) = (Notes<String>(), AsyncStream.makeStream(of: Void.self))
        let servant = MockServant(operations: [
            "wait": { request in
                begun.add("begun")
                for await _ in stream.stream { break }
                begun.add("ended")
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
        ])
        try await DatagramServer.run(servant) { server in
            try server.send(DatagramServer.request(operation: "wait"))
            _ = await begun.wait(for: 1)
            async let end: Void = Self.end(server, destroys, begun)
            stream.continuation.yield()
            await end
            #expect(begun.all == ["begun", "ended", "deactivated"])
            try await withCommunicator { other in
                _ = try other.createObjectAdapterWithEndpoints(
                    name: "Next", endpoints: "udp -h 127.0.0.1 -p \(server.port)")
            }
        }
    }

    private static func end(_ server: DatagramServer, _ destroys: Bool, _ notes: Notes<String>) async {
        if destroys {
            await server.communicator.destroy()
        } else {
            server.adapter.deactivate()
            await server.adapter.waitForDeactivate()
        }
        notes.add("deactivated")
    }
}
