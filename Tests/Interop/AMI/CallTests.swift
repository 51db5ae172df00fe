import Ice
import IceEncoding
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI with every server: calls and exceptions", .serialized, .timeLimit(.minutes(5)))
struct CallTests {
    static let servers = AMIServer.allCases

    @Test("1, 35: the call returns while nobody accepts; later ones are sent by themselves", arguments: servers)
    func neverBlocks(server: AMIServer) async throws {
        try await server.withProbe(isReading: false) { probe in
            let futures = try (0..<3).map { _ in try probe.proxy.begin("op") }
            for future in futures { #expect(future.isRunning && !future.isDone && !future.isSent) }
            try await probe.control.read()
            for future in futures {
                _ = try await future.value
                #expect(future.isDone && !future.isRunning && future.isSent && !future.isSentSynchronously)
            }
            await endOfTurn(probe.proxy)
            let next = try probe.proxy.begin("op")
            #expect(next.isSent && next.isSentSynchronously)
            _ = try await next.value
        }
    }

    @Test("2: parameters are taken when the call is made", arguments: servers)
    func parameters(server: AMIServer) async throws {
        try await server.withProbe(isReading: false) { probe in
            var text = "before"
            let future = try probe.proxy.begin("opWithResult") { $0.appendString(text) }
            text = "after"
            try await probe.control.read()
            #expect(try await future.value.read { try $0.readString() } == "before")
            #expect(text == "after")
        }
    }

    @Test("3, 5: the servant sees the same of both ways to call, the explicit context included", arguments: servers)
    func sameCall(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let proxy = probe.proxy.ice_context(["of": "proxy"])
            for context in [nil, ["a": "1", "Zoë": "🙂"], [:]] as [[String: String]?] {
                for mode in [OperationMode.normal, .idempotent] {
                    let operation = mode == .normal ? "describe" : "describeIdempotent"
                    let expected = ProbeCall(
                        identity: "probe", facet: "", operation: operation, isIdempotent: mode == .idempotent,
                        isTwoway: true, context: context ?? ["of": "proxy"])
                    let waited = try await proxy.ice_invoke(operation: operation, mode: mode, context: context)
                    #expect(try waited.read { try ProbeCall(&$0) } == expected)
                    let future = try proxy.ice_invokeAsync(operation: operation, mode: mode, context: context)
                    #expect(try await future.value.read { try ProbeCall(&$0) } == expected)
                }
            }
        }
    }

    @Test("4: the out-values and the return value come together, in this order when encoded", arguments: servers)
    func outs(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let result = try await probe.proxy.call("opWithOuts") {
                $0.append(6 as Int32)
                $0.append(7 as Int32)
                $0.appendString("text")
            }
            let values = try result.read {
                (try $0.read(Int32.self), try $0.readString(), try $0.read(Int32.self))
            }
            #expect(values == (42, "text", 13))
        }
    }

    @Test("6: the built-in operations have asynchronous forms", arguments: servers)
    func builtIn(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let (ping, id) = (try probe.proxy.ice_pingAsync(), try probe.proxy.ice_idAsync())
            let (ids, isA) = (try probe.proxy.ice_idsAsync(), try probe.proxy.ice_isAAsync("::AMI::Probe"))
            let isOther = try probe.proxy.ice_isAAsync("::AMI::Control")
            try await ping.value
            #expect(try await id.value == "::AMI::Probe")
            #expect(try await ids.value == ["::AMI::Probe", "::Ice::Object"])
            #expect(try await isA.value == true)
            #expect(try await isOther.value == false)
            let connection = try probe.proxy.ice_getConnectionAsync()
            #expect(try await connection.value === probe.proxy.ice_getCachedConnection())
            #expect(try await checkedCast(prx: probe.proxy, type: ProbePrx.self)?.untyped == probe.proxy)
            #expect(try await checkedCast(prx: probe.proxy, type: ControlPrx.self) == nil)
        }
    }

    @Test("7: that there will be no connection comes with the future", arguments: servers)
    func noConnection(server: AMIServer) async throws {
        let properties: Properties = ["Ice.Connection.Client.ConnectTimeout": "0.05", "Ice.RetryIntervals": "-1"]
        try await server.withProbe(properties, isReading: false) { probe in
            let future = try probe.proxy.begin("op")
            await #expect(throws: LocalException(.connectTimeout, "")) { try await future.value }
            await #expect(throws: LocalException(.connectTimeout, "")) { try await future.sent() }
            #expect(!future.isSent && !future.isCancelled)
        }
    }

    @Test("8, 102: destroying the communicator ends what is pending; later calls throw at once", arguments: servers)
    func destroyed(server: AMIServer) async throws {
        let destroyed = LocalException(.communicatorDestroyed, "")
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            let pending = try (0..<5).map { _ in try probe.proxy.begin("hold") { $0.appendString("never") } }
            try await probe.control.awaitCount("hold", 5)
            // Our server's end waits for its dispatches.
            await probe.communicator.destroy()
            for future in pending {
                await #expect(throws: destroyed) { try await future.value }
                #expect(future.isSent && !future.isCancelled)
            }
            #expect(throws: destroyed) { try probe.proxy.begin("op") }
            #expect(throws: destroyed) { try probe.proxy.ice_pingAsync() }
        }
    }

    @Test("9: results on a oneway proxy are refused by the call itself; nothing waits for a server", arguments: servers)
    func twowayOnly(server: AMIServer) async throws {
        let twowayOnly = LocalException(.twowayOnly, "")
        try await server.withProbe(isReading: false) { probe in
            let oneway = probe.proxy.ice_oneway()
            #expect(throws: twowayOnly) { try oneway.ice_idAsync() }
            #expect(throws: twowayOnly) { try oneway.ice_idsAsync() }
            #expect(throws: twowayOnly) { try oneway.ice_isAAsync("::AMI::Probe") }
            #expect(oneway.ice_getCachedConnection() == nil)
        }
    }

    @Test(
        "11: user exceptions, also undeclared ones, come encoded; other failures as what they are", arguments: servers)
    func failures(server: AMIServer) async throws {
        try await server.withProbe { probe in
            func fail(_ kind: String) throws -> InvocationFuture<InvocationResult> {
                try probe.proxy.begin("fail") { $0.appendString(kind) }
            }
            let declared = try await fail("declared").value
            #expect(!declared.ok)
            #expect(try ProbeException.typeId(declared) == "::AMI::Declared")
            let undeclared = try await fail("undeclared").value
            #expect(!undeclared.ok)
            #expect(try ProbeException.typeId(undeclared) == "::AMI::Undeclared")
            let unknown = try #require(try await fail("error").exception as? LocalException)
            #expect(unknown.code == .unknown)
            let missing = try #require(try await fail("missing").exception as? LocalException)
            #expect(missing.code == .objectNotExist)
            #expect(missing.target?.identity.name == "probe")
            #expect(missing.target?.operation == "fail")
            try await probe.proxy.ice_ping()
        }
    }
}
