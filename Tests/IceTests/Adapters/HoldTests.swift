import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Object adapters that are held, deactivated and destroyed", .timeLimit(.minutes(5)))
struct HoldTests {
    @Test("a held adapter reads no requests, and answers them when it is active again", arguments: ["tcp", "ws"])
    func held(transport: String) async throws {
        try await AdapterScene.run(["A.Endpoints": "\(transport) -h 127.0.0.1 -p 0"]) { scene in
            let servant = Greeter.servant()
            try scene.adapter.add(servant: servant, id: Identity(name: "greeter"))
            try scene.adapter.activate()
            let proxy = try scene.proxy(Identity(name: "greeter"))
            #expect(try await Greeter.greet("first", proxy) == "Hello, first!")
            for round in 1...3 {
                try scene.adapter.hold()
                try await scene.adapter.waitForHold()
                let future = try proxy.ice_invokeAsync(
                    operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("held") })
                // Nobody accepts it, either.
                let other = try proxy.ice_connectionId("\(round)").ice_invokeAsync(
                    operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("other") })
                _ = try await future.sent()
                #expect(servant.callCount("greet") == 1 + 2 * (round - 1))
                try scene.adapter.activate()
                _ = try await future.value
                _ = try await other.value
            }
        }
    }

    @Test("datagrams wait, too")
    func datagrams() async throws {
        try await AdapterScene.run(["A.Endpoints": "udp -h 127.0.0.1 -p 0"]) { scene in
            let servant = MockServant()
            try scene.adapter.add(servant: servant, id: Identity(name: "t"))
            try scene.adapter.activate()
            let proxy = try scene.proxy(Identity(name: "t")).ice_datagram()
            _ = try await proxy.ice_invoke(operation: "first", mode: .normal)
            await servant.waitForCalls("first", count: 1)
            try scene.adapter.hold()
            try await scene.adapter.waitForHold()
            _ = try await proxy.ice_invoke(operation: "second", mode: .normal)
            #expect(servant.callCount("second") == 0)
            try scene.adapter.activate()
            await servant.waitForCalls("second", count: 1)
        }
    }

    @Test("87: the end of an adapter waits for dispatches whose clients are gone")
    func clientGone() async throws {
        try await AdapterScene.run { scene in
            let servant = MockServant()
            let (stream, go) = AsyncStream<Void>.makeStream()
            let notes = Notes<String>()
            servant.on("slow") { request in
                for await _ in stream { break }
                notes.add("answered")
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try scene.adapter.add(servant: servant, id: Identity(name: "o"))
            try scene.adapter.activate()
            let proxy = try scene.proxy(Identity(name: "o"))
            let future = try proxy.ice_invokeAsync(operation: "slow", mode: .normal)
            await servant.waitForCalls("slow", count: 1)
            let connection = try #require(proxy.ice_getCachedConnection())
            connection.abort()
            #expect(try await future.exception != nil)
            let adapter = scene.adapter
            let end = Task {
                await adapter.destroy()
                notes.add("destroyed")
            }
            // Whichever of the two is first seen to happen, the dispatch has to come first.
            while !adapter.isDeactivated() { await Task.yield() }
            go.finish()
            await end.value
            #expect(notes.all == ["answered", "destroyed"])
        }
    }

    @Test("waitForHold waits for what was read, also when its connection ends meanwhile", arguments: [false, true])
    func waits(cuts: Bool) async throws {
        try await AdapterScene.run { scene in
            let servant = MockServant()
            let (stream, go) = AsyncStream<Void>.makeStream()
            servant.on("slow") { request in
                for await _ in stream { break }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try scene.adapter.add(servant: servant, id: Identity(name: "o"))
            try scene.adapter.activate()
            let proxy = try scene.proxy(Identity(name: "o"))
            let future = try proxy.ice_invokeAsync(operation: "slow", mode: .normal)
            await servant.waitForCalls("slow", count: 1)
            let adapter = scene.adapter
            try adapter.hold()
            let waiter = Task { try await adapter.waitForHold() }
            if cuts { adapter.deactivate() }
            go.yield()
            _ = try await future.value
            if cuts {
                // Held or gone, whatever it saw first.
                _ = await waiter.result
            } else {
                try await waiter.value
                // A held one would not read that the client closes.
                try adapter.activate()
            }
        }
    }

    @Test("handshakes go on while the adapter is held")
    func handshake() async throws {
        try await AdapterScene.run(["A.Endpoints": "ws -h 127.0.0.1 -p 0"]) { scene in
            try scene.adapter.add(servant: Greeter.servant(), id: Identity(name: "greeter"))
            try scene.adapter.activate()
            let port = try scene.port
            let adapter = scene.adapter
            let accepted = Gate()
            let isHeld = Gate()
            async let answer = RawConnection.run(port: port) { connection in
                let request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                try connection.send(Array(request.utf8))
                accepted.open()
                try isHeld.wait()
                let rest = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                try connection.send(Array(rest.utf8))
                return try connection.receive(12)
            }
            try await onThread { try accepted.wait() }
            try adapter.hold()
            try await adapter.waitForHold()
            isHeld.open()
            try adapter.activate()
            let status = try await answer
            #expect(status == Array("HTTP/1.1 101".utf8))
        }
    }

    @Test("a deactivated adapter can't be activated or held, but changed; a destroyed one neither")
    func ends() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            #expect(!adapter.isDeactivated())
            let endpoints = adapter.getEndpoints()
            adapter.deactivate()
            adapter.deactivate()
            await adapter.waitForDeactivate()
            #expect(adapter.isDeactivated())
            let deactivated = LocalException(.objectAdapterDeactivated, "")
            #expect(throws: deactivated) { try adapter.activate() }
            #expect(throws: deactivated) { try adapter.hold() }
            #expect(throws: deactivated) { try adapter.setLocator(nil) }
            await #expect(throws: deactivated) { try await adapter.waitForActivate() }
            await #expect(throws: deactivated) { try await adapter.waitForHold() }
            await #expect(throws: deactivated) { try await adapter.setPublishedEndpoints(endpoints) }
            try adapter.add(servant: MockServant(), id: Identity(name: "late"))
            #expect(adapter.getEndpoints() == endpoints && adapter.getPublishedEndpoints() == endpoints)
            await adapter.destroy()
            await adapter.destroy()
            await adapter.waitForDeactivate()
            let destroyed = LocalException(.objectAdapterDestroyed, "")
            #expect(throws: destroyed) { try adapter.activate() }
            #expect(throws: destroyed) { try adapter.add(servant: MockServant(), id: Identity(name: "later")) }
            #expect(throws: destroyed) { try adapter.createProxy(Identity(name: "later")) }
            #expect(throws: destroyed) { try adapter.addDefaultServant(servant: MockServant(), category: "") }
            #expect(adapter.find(Identity(name: "late")) == nil)
        }
    }

    @Test("those who wait for a phase are woken by it, or by the end")
    func waiters() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            let activation = Task { try await adapter.waitForActivate() }
            try adapter.activate()
            try await activation.value
            try adapter.activate()
            try await adapter.waitForActivate()
            let holding = Task { try await adapter.waitForHold() }
            try adapter.hold()
            try await holding.value
            let second = Task { try await adapter.waitForActivate() }
            adapter.deactivate()
            // It may have been too late to wait.
            await #expect(throws: LocalException(.objectAdapterDeactivated, "")) { try await second.value }
        }
    }

    @Test("the blocking forms do the same, on a thread")
    func blocking() async throws {
        try await AdapterScene.run { scene in
            let adapter = scene.adapter
            try await onThread {
                try adapter.activateAndWait()
                try adapter.holdAndWait()
                try adapter.activateAndWait()
                adapter.deactivateAndWait()
                #expect(throws: LocalException(.objectAdapterDeactivated, "")) { try adapter.holdAndWait() }
                adapter.destroyAndWait()
            }
        }
    }

    @Test("a name is taken until its adapter is destroyed; the empty one never")
    func names() async throws {
        try await AdapterScene.run { scene in
            #expect(scene.adapter.getName() == "A" && scene.adapter.getCommunicator() === scene.server)
            let taken = LocalException(.alreadyRegistered, "")
            #expect(throws: taken) { try scene.server.createObjectAdapter("A") }
            scene.adapter.deactivate()
            await scene.adapter.waitForDeactivate()
            #expect(throws: taken) {
                try scene.server.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            }
            await scene.adapter.destroy()
            _ = try scene.server.createObjectAdapter("A")
            let nameless = try (0..<2).map { _ in try scene.server.createObjectAdapter("") }
            #expect(nameless.allSatisfy { $0.getName().isEmpty && $0.getEndpoints().isEmpty })
            let random = try scene.server.createObjectAdapterWithEndpoints(
                name: "", endpoints: "tcp -h 127.0.0.1 -p 0")
            #expect(random.getName().count == 36)
            #expect(throws: LocalException(.initialization, "")) { try scene.server.createObjectAdapter("B") }
        }
    }

    @Test("an adapter that could not be made leaves its name")
    func failedName() async throws {
        try await withCommunicator { communicator in
            #expect(throws: LocalException(.parse, "")) {
                try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -q")
            }
            _ = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
        }
    }
}
