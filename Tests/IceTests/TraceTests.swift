@testable import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

@Suite("Traces and warnings", .timeLimit(.minutes(5)))
struct TraceTests {
    /// Lets a client ping a greeter, greet through a oneway proxy and ping an object that is not there.
    private func record(client: Properties = [:], server: Properties = [:]) async throws -> (LogRecorder, LogRecorder) {
        let recorders = (client: LogRecorder(), server: LogRecorder())
        let clientCommunicator = try Communicator(client, logger: recorders.client.logger)
        let serverCommunicator = try Communicator(server, logger: recorders.server.logger)
        let adapter = try serverCommunicator.createObjectAdapterWithEndpoints(
            name: "Greeter", endpoints: "tcp -h 127.0.0.1 -p 0")
        let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        try adapter.activate()
        let remote = try #require(try clientCommunicator.makeProxy("\(proxy)"))
        try await remote.ice_ping(context: ["token": "secret"])
        await #expect(throws: LocalException(.connectionRefused, "")) {
            try await clientCommunicator.makeProxy("nobody:tcp -h 127.0.0.1 -p 1")?.ice_ping()
        }
        await #expect(throws: LocalException.self) {
            try await remote.ice_identity(Identity(name: "nobody")).ice_ping()
        }
        await clientCommunicator.destroy()
        await serverCommunicator.destroy()
        return recorders
    }

    @Test("nothing is traced unless it is asked for")
    func silent() async throws {
        let (client, server) = try await record()
        #expect(client.all.isEmpty && server.all.isEmpty)
    }

    @Test("Ice.Trace.Network: 1 connections, 2 attempts, 3 bytes", arguments: 1...3)
    func network(level: Int) async throws {
        let properties: Properties = ["Ice.Trace.Network": "\(level)"]
        let (client, server) = try await record(client: properties, server: properties)
        let ofClient = client.traces("Network").map(\.message)
        #expect(ofClient.filter { $0 == "established connection" }.count == 1)
        #expect(ofClient.filter { $0 == "closed connection" }.count == 1)
        #expect(ofClient.contains("trying to establish connection") == (level > 1))
        #expect(ofClient.contains("failed to establish connection") == (level > 1))
        #expect(ofClient.contains("sent bytes") == (level > 2) && ofClient.contains("received bytes") == (level > 2))
        let ofServer = server.traces("Network").map(\.message)
        #expect(ofServer.first == "listening for connections")
        #expect(ofServer.contains("accepted connection") && ofServer.contains("closed connection"))
        let closed = try #require(client.traces("Network").first { $0.message == "closed connection" })
        #expect(closed["reason"].hasPrefix("::Ice::CommunicatorDestroyedException: "))
        #expect(closed["error"].isEmpty)
        #expect(ofServer.contains("stopped listening for connections"))
        #expect(
            client.all.allSatisfy {
                $0.level == .trace && $0["ice-transport"] == "tcp" || $0.message.hasSuffix("bytes")
            })
    }

    @Test("Ice.Trace.Protocol: every message both ways; no values of contexts")
    func messages() async throws {
        let (client, server) = try await record(
            client: ["Ice.Trace.Protocol": "1"], server: ["Ice.Trace.Protocol": "1"])
        let ofClient = client.traces("Protocol")
        #expect(
            ofClient.map(\.message) == [
                "received validate connection", "sending request", "received reply", "sending request",
                "received reply",
                "sending close connection",
            ])
        try #require(ofClient.count == 6)
        #expect(ofClient[1]["ice-operation"] == "ice_ping" && ofClient[1]["ice-identity"] == "greeter")
        #expect(ofClient[1]["ice-mode"] == "idempotent" && ofClient[1]["ice-request-id"] == "1")
        #expect(ofClient[1]["ice-context"] == #"["token"]"#)
        #expect(ofClient[2]["ice-request-id"] == "1" && ofClient[2]["ice-reply-status"] == "0")
        #expect(ofClient[4]["ice-reply-status"] == "2" && ofClient[4]["ice-identity"] == "nobody")
        #expect(!"\(ofClient)".contains("secret"))
        #expect(
            server.traces("Protocol").map(\.message) == [
                "sending validate connection", "received request", "sending reply", "received request", "sending reply",
                "received close connection",
            ])
    }

    @Test("messages of all kinds, cut anywhere, are described as far as they go")
    func cutMessages() {
        let request = RawMessages.request(context: [("key", "value")])
        var batch = OutputBuffer()
        let start = batch.beginMessage(.batchRequest)
        batch.append(2 as Int32)
        for _ in 0..<2 { batch.append(Array(request[18...])) }
        batch.endMessage(start)
        let failed = RawMessages.reply(to: request, status: .unknownException, text: "odd")
        let missing = RawMessages.notExist(to: request, status: .objectNotExist)
        for message in [request, Array(batch.bytes), RawMessages.reply(to: request), missing] {
            for count in 0...message.count {
                message.prefix(count).withUnsafeBytes { bytes in
                    let description = MessageDescription(bytes)
                    #expect((description.metadata["error"] == nil) == (count == message.count))
                }
            }
        }
        #expect(failed.withUnsafeBytes { MessageDescription($0).metadata["error"] } == "odd")
    }

    @Test("Ice.Trace.Retry: 1 retries, and when there is none left", arguments: [0, 1])
    func retries(level: Int) async throws {
        let recorder = LogRecorder()
        let communicator = try Communicator(
            ["Ice.RetryIntervals": "0 1", "Ice.Trace.Retry": "\(level)"], logger: recorder.logger)
        await #expect(throws: LocalException(.connectionRefused, "")) {
            try await communicator.makeProxy("nobody:tcp -h 127.0.0.1 -p 1")?.ice_ping()
        }
        await communicator.destroy()
        let messages = recorder.traces("Retry").map(\.message)
        let expected = ["retrying invocation", "retrying invocation", "cannot retry invocation: no attempt is left"]
        #expect(messages == (level > 0 ? expected : []))
        #expect(recorder.traces("Retry").map { $0["ice-retry-interval"] } == (level > 0 ? ["", "1 ms", ""] : []))
    }

    @Test("Ice.Trace.Retry: 2 further endpoints, too")
    func furtherEndpoints() async throws {
        let recorder = LogRecorder()
        let communicator = try Communicator(
            ["Ice.RetryIntervals": "-1", "Ice.Trace.Retry": "2", "Ice.Default.EndpointSelection": "Ordered"],
            logger: recorder.logger)
        await #expect(throws: LocalException(.connectionRefused, "")) {
            try await communicator.makeProxy("nobody:tcp -h 127.0.0.1 -p 1:tcp -h 127.0.0.1 -p 2")?.ice_ping()
        }
        await communicator.destroy()
        #expect(
            recorder.traces("Retry").map { $0["ice-connection"] } == ["127.0.0.1:2"])
    }

    @Test("Ice.Trace.Dispatch and Ice.Warn.Dispatch", arguments: [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)])
    func dispatches(trace: Int, warn: Int) async throws {
        let (_, server) = try await record(server: ["Ice.Trace.Dispatch": "\(trace)", "Ice.Warn.Dispatch": "\(warn)"])
        let traces = server.traces("Dispatch").map { "\($0.message) \($0["ice-identity"]) \($0["ice-reply-status"])" }
        let warnings = server.all.filter { $0.level == .warning }.map { "\($0.message) \($0["ice-identity"])" }
        #expect(traces.contains("dispatched greeter 0") == (trace > 0))
        #expect(traces.contains("dispatch failed nobody 2") == (trace > 0 && warn < 2))
        #expect(warnings == (warn > 1 ? ["dispatch failed nobody"] : []))
    }

    @Test("what a servant threw is a warning unless it is turned off", arguments: [nil, 0, 1])
    func servantErrors(level: Int?) async throws {
        struct Odd: Error {}
        let recorder = LogRecorder()
        let properties = Properties()
        properties["Ice.Warn.Dispatch"] = level.map { "\($0)" }
        let communicator = try Communicator(properties, logger: recorder.logger)
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
        let servant = MockServant(["::T::T"], operations: ["odd": { _ in throw Odd() }])
        let proxy = try adapter.add(servant: servant, identity: Identity(name: "odd"))
        try adapter.activate()
        await #expect(throws: LocalException(.unknown, "")) {
            try await proxy.ice_invoke(operation: "odd", mode: .normal)
        }
        await communicator.destroy()
        #expect(recorder.all.map(\.message) == (level == 0 ? [] : ["dispatch failed"]))
    }

    @Test("Ice.Warn.Connections: connections that break", arguments: [0, 1])
    func brokenConnections(level: Int) async throws {
        let recorder = LogRecorder()
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
        } _: { peer in
            let communicator = try Communicator(
                ["Ice.Warn.Connections": "\(level)", "Ice.RetryIntervals": "-1"], logger: recorder.logger)
            await #expect(throws: LocalException(.connectionLost, "")) {
                try await communicator.makeProxy(peer.proxy())?.ice_ping()
            }
            await communicator.destroy()
        }
        #expect(recorder.all.map(\.message) == (level > 0 ? ["connection broke"] : []))
    }
}
