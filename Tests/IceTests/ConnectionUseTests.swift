import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("Connections: how users see and end them", .timeLimit(.minutes(5)))
struct ConnectionUseTests {
    @Test("6: ice_getConnection makes the connection that requests then use; the cached one is nil before")
    func connection() async throws {
        try await withGreeter { proxy, _ in
            #expect(proxy.ice_getCachedConnection() == nil)
            let connection = try #require(try await proxy.ice_getConnection())
            #expect(proxy.ice_getCachedConnection() === connection)
            await endOfTurn(proxy)
            let greeting = try proxy.ice_pingAsync()
            #expect(greeting.isSentSynchronously)
            try await greeting.value
            let again = try await proxy.ice_getConnectionAsync().value
            #expect(again === connection)
            let sibling = try #require(try await proxy.ice_identity(Identity(name: "other")).ice_getConnection())
            #expect(sibling === connection)
            let apart = try #require(try await proxy.ice_connectionId("other").ice_getConnection())
            #expect(apart !== connection)
        }
    }

    @Test("6, 7: ice_getConnection fails through the future, also by timeout, cancel and the end of the communicator")
    func noConnection() async throws {
        let gate = Gate()
        try await withRawPeer { _, _ in
            try gate.wait()
        } _: { proxy, _ in
            let communicator = proxy.ice_getCommunicator()
            let nobody = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
            await #expect(throws: LocalException(.connectionRefused, "")) { try await nobody.ice_getConnection() }
            let nowhere = try #require(try communicator.makeProxy("o"))
            await #expect(throws: LocalException(.noEndpoint, "")) { try await nowhere.ice_getConnection() }
            await #expect(throws: LocalException(.invocationTimeout, "")) {
                try await proxy.ice_invocationTimeout(20).ice_getConnection()
            }
            let cancelled = try proxy.ice_getConnectionAsync()
            #expect(cancelled.cancel())
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await cancelled.value }
            let destroyed = try proxy.ice_getConnectionAsync()
            await communicator.destroy()
            await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await destroyed.value }
            #expect(throws: LocalException(.communicatorDestroyed, "")) { try proxy.ice_getConnectionAsync() }
            gate.open()
        }
    }

    @Test("26: close() waits for what is pending; the next request takes a new connection")
    func close() async throws {
        let gate = Gate()
        try await withRawPeer { connection, index in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            if index == 0 {
                try gate.wait()
                try connection.send(RawMessages.reply(to: request))
                try connection.receiveCloseConnection()
            } else {
                try connection.send(RawMessages.reply(to: request))
                try connection.receiveCloseConnection()
            }
        } _: { proxy, _ in
            let pending = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            let connection = try #require(try await proxy.ice_getConnection())
            let fixed = proxy.ice_fixed(connection)
            let closed = Notes<String>()
            connection.setCloseCallback { closed.add("\($0 === connection)") }
            async let end: Void = connection.close()
            // A request that finds the connection closing goes over another one.
            while connection.pendingRequests > 0, try await proxy.ice_getConnection() === connection {
                await Task.yield()
            }
            let other = try await proxy.ice_invoke(operation: "op", mode: .normal)
            #expect(other.ok)
            #expect(!pending.isDone)
            gate.open()
            #expect(try await pending.value == RawMessages.emptyResult)
            try await end
            var expected = LocalException(.connectionClosed, "")
            expected.closedByApplication = true
            #expect(throws: expected) { try connection.throwException() }
            await #expect(throws: expected) { try await fixed.ice_ping() }
            connection.setCloseCallback { closed.add("late \($0 === connection)") }
            #expect(Set(closed.all).isSuperset(of: ["late true"]))
            // Closing what is closed is no error.
            try await connection.close()
            #expect(connection.unsentBytes == 0 && connection.unsentRequests == 0 && connection.pendingRequests == 0)
        }
    }

    @Test("26: abort() fails what is pending with ConnectionAbortedException, by the application, and is not retried")
    func abort() async throws {
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            #expect(try connection.receiveToEnd().isEmpty)
        } _: { proxy, _ in
            let pending = try proxy.ice_invokeAsync(operation: "op", mode: .idempotent)
            let connection = try #require(try await proxy.ice_getConnection())
            #expect(try await pending.sent() == false)
            connection.abort()
            var expected = LocalException(.connectionAborted, "")
            expected.closedByApplication = true
            await #expect(throws: expected) { try await pending.value }
            await #expect(throws: expected) { try await connection.close() }
        }
    }

    @Test("a close that the peer doesn't answer ends with CloseTimeoutException")
    func closeTimeout() async throws {
        let gate = Gate()
        try await withRawPeer(["Ice.Connection.Client.CloseTimeout": "0.05"]) { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try gate.wait()
        } _: { proxy, _ in
            let pending = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            let connection = try #require(try await proxy.ice_getConnection())
            #expect(try await pending.sent() == false)
            await #expect(throws: LocalException(.closeTimeout, "")) { try await connection.close() }
            await #expect(throws: LocalException(.closeTimeout, "")) { try await pending.value }
            gate.open()
        }
    }

    @Test("a fixed proxy uses its connection and no other, and is not retried")
    func fixed() async throws {
        try await withGreeter { proxy, servant in
            let connection = try #require(try await proxy.ice_getConnection())
            let fixed = proxy.ice_fixed(connection)
            #expect(fixed.ice_isFixed() && !proxy.ice_isFixed() && fixed != proxy)
            #expect(fixed == proxy.ice_fixed(connection))
            #expect(try await Greeter.greet("fixed", fixed) == "Hello, fixed!")
            let own = try #require(try await fixed.ice_getConnection())
            #expect(own === connection)
            try await connection.close()
            var expected = LocalException(.connectionClosed, "")
            expected.closedByApplication = true
            await #expect(throws: expected) { try await fixed.ice_ping() }
            await #expect(throws: expected) { try await fixed.ice_getConnection() }
            try await proxy.ice_ping()
            #expect(servant.callCount("greet") == 1)
        }
    }

    @Test("what is known about a connection")
    func info() async throws {
        try await withGreeter { proxy, _ in
            let connection = try #require(try await proxy.ice_connectionId("id").ice_getConnection())
            guard case .ip(let endpoint)? = proxy.ice_getEndpoints().first else {
                throw LocalException(.noEndpoint, "")
            }
            let info = try connection.getInfo()
            #expect(!info.incoming && info.adapterName == "" && info.connectionId == "id" && info.transport == .tcp)
            #expect(info.remoteAddress == "127.0.0.1" && info.remotePort == endpoint.port)
            #expect(info.localAddress == "127.0.0.1" && info.localPort > 0 && info.cipher == "")
            #expect(connection.type() == "tcp")
            #expect(connection.getEndpoint() == .ip(IPEndpoint(.tcp, host: "127.0.0.1", port: endpoint.port)))
            try connection.throwException()
            connection.abort()
            await #expect(throws: LocalException.self) { try await connection.close() }
            #expect(throws: LocalException.self) { try connection.getInfo() }
        }
    }
}
