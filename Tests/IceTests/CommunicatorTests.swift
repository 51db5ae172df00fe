import EventLoop
import Glibc
@testable import Ice
import IceTesting
import Logging
import Testing

@Suite("Communicator", .timeLimit(.minutes(5)))
struct CommunicatorTests {
    // MARK: Initializing

    @Test("initialize takes what is Ice's out of the command line")
    func initializes() async throws {
        var arguments = ["server", "--Ice.Default.Host=127.0.0.1", "--Greeter.Endpoints=tcp", "-x"]
        let communicator: Ice.Communicator = try Ice.initialize(&arguments)
        #expect(arguments == ["server", "--Greeter.Endpoints=tcp", "-x"])
        #expect(communicator.getProperties().getProperty("Ice.Default.Host") == "127.0.0.1")
        #expect(!communicator.getProperties().getProperty("Ice.ProgramName").isEmpty)
        #expect(communicator.getLogger().label == communicator.getProperties().getProperty("Ice.ProgramName"))
        await communicator.destroy()
    }

    @Test("initialization data: properties are shared, the program's name is kept, the logger is used")
    func initializationData() async throws {
        let recorder = LogRecorder()
        var data = Ice.InitializationData()
        data.properties = Ice.createProperties()
        data.properties?.setProperty(key: "Ice.ProgramName", value: "tester")
        data.properties?.setProperty(key: "Ice.ThreadPool.Server.Size", value: "4")
        data.logger = recorder.logger
        data.threads = 2
        let communicator = try Ice.initialize(data)
        #expect(communicator.getProperties() === data.properties)
        #expect(communicator.getProperties().getProperty("Ice.ProgramName") == "tester")
        #expect(recorder.all.map(\.level) == [.warning])
        #expect(recorder.all.first?["ice-properties"].contains("Ice.ThreadPool.Server.Size") == true)
        // Set later, read then.
        communicator.getProperties().setProperty(key: "Greeter.Endpoints", value: "tcp -h 127.0.0.1 -p 0")
        let adapter = try communicator.createObjectAdapter("Greeter")
        #expect(adapter.endpoints.count == 1)
        await communicator.destroy()
    }

    @Test("what can't be is an error", arguments: ["Ice.MessageSizeMax", "Ice.Trace.Network", "Ice.Warn.Dispatch"])
    func badProperties(name: String) {
        #expect(throws: LocalException(.property, "")) { try Ice.initialize(["--\(name)=many"]) }
        #expect(throws: LocalException(.file, "")) { try Ice.initialize(["--Ice.Config=/nonexistent/config"]) }
    }

    @Test("a default locator that is no proxy is an error; its threads end")
    func badLocator() {
        for name in ["Ice.Default.Locator", "Ice.Default.Router"] {
            #expect(throws: LocalException(.parse, "")) { try Communicator([(name, "a b c")].asProperties) }
        }
    }

    @Test("identities and their text")
    func identities() async throws {
        let identity = try Ice.stringToIdentity(#"demo/gr\/eeter"#)
        #expect(identity == Identity(name: "gr/eeter", category: "demo"))
        #expect(Ice.identityToString(id: identity) == #"demo/gr\/eeter"#)
        #expect(Ice.identityToString(id: Identity(name: "é"), mode: .ascii) == #"\u00e9"#)
        #expect(throws: LocalException(.parse, "")) { try Ice.stringToIdentity("") }
        try await withCommunicator { #expect($0.identityToString(identity) == #"demo/gr\/eeter"#) }
    }

    // MARK: Shutting down

    @Test("68: shutdown deactivates adapters, answers what is dispatched, and leaves proxies to be called")
    func shutdown() async throws {
        let server = try Communicator(patient())
        let client = try Communicator(patient())
        // An address of its own: no server of another test gets the port when it is free.
        let adapter = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.68.1 -p 0")
        let idle = try server.createObjectAdapter("")
        let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        try adapter.activate()
        let remote = try #require(try client.makeProxy("\(proxy)"))
        try await remote.ice_ping()
        #expect(!server.isShutdown())
        async let completed: Void = server.shutdownCompleted()
        let blocked = Task { try await onThread { server.waitForShutdown() } }
        server.shutdown()
        server.shutdown()
        #expect(server.isShutdown() && !server.isDestroyed)
        await completed
        try await blocked.value
        await server.shutdownCompleted()
        await #expect(throws: LocalException(.connectionRefused, "")) { try await remote.ice_ping() }
        #expect(throws: LocalException(.communicatorDestroyed, "")) { try server.createObjectAdapter("") }
        #expect(throws: LocalException(.objectAdapterDeactivated, "")) { try idle.activate() }
        // Still a client.
        try await withCommunicator { other in
            let second = try other.createObjectAdapterWithEndpoints(name: "B", endpoints: "tcp -h 127.0.0.1 -p 0")
            let target = try second.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
            try second.activate()
            try await #require(try server.makeProxy("\(target)")).ice_ping()
        }
        await server.destroy()
        await client.destroy()
    }

    @Test("68: destroying shuts down, wakes all that wait, and may be done again, also from a thread")
    func destroy() async throws {
        let communicator = try Communicator(patient())
        let adapter = try communicator.createObjectAdapter("")
        let waits = (0..<3).map { _ in Task { await communicator.shutdownCompleted() } }
        try await onThread { communicator.destroyAndWait() }
        await communicator.destroy()
        for wait in waits { await wait.value }
        await adapter.waitForDeactivate()
        #expect(communicator.isShutdown() && communicator.isDestroyed)
        #expect(throws: LocalException(.communicatorDestroyed, "")) { try communicator.makeProxy("greeter:tcp -p 1") }
        try await onThread { communicator.waitForShutdown() }
    }

    @Test("properties that nobody read are named at the end when asked for", arguments: [true, false])
    func unusedProperties(isAsked: Bool) async throws {
        let recorder = LogRecorder()
        let properties: Properties = ["Greeter.Endpointss": "tcp", "App.Used": "1"]
        if isAsked { properties.setProperty(key: "Ice.Warn.UnusedProperties", value: "1") }
        let communicator = try Communicator(properties, logger: recorder.logger)
        _ = communicator.getProperties().getProperty("App.Used")
        await communicator.destroy()
        #expect(recorder.all.map { $0["ice-properties"] } == (isAsked ? [#"["Greeter.Endpointss"]"#] : []))
    }

    @Test("one that is dropped without destroy says so and closes its connections")
    func dropped() async throws {
        let recorder = LogRecorder()
        let closed = Notes<Void>()
        try await RawPeer.run { connection, _ in
            // Returns when the client has closed.
            try connection.serve()
            closed.add(())
        } _: { peer in
            do {
                let communicator = try Communicator(patient(), logger: recorder.logger)
                try await #require(try communicator.makeProxy(peer.proxy())).ice_ping()
            }
            _ = await closed.wait(for: 1)
            #expect(peer.failures.isEmpty)
        }
        #expect(recorder.all.map(\.message) == ["a communicator was given up without destroy()"])
    }

    // MARK: Nothing is left

    @Test("many communicators leave no thread and no descriptor, whatever became of their connections")
    func leavesNothing() async {
        await #expect(processExitsWith: .success) {
            let authority = try TestAuthority()
            try authority.issue("server")
            try await Leftovers.round(authority)
            let descriptors = Leftovers.descriptors
            for _ in 0..<Leftovers.rounds { try await Leftovers.round(authority) }
            try #require(Leftovers.threads.isEmpty && !Leftovers.hasMore(than: descriptors))
        }
    }

    @Test("nor do destroyed ones that somebody keeps, or whose proxies somebody keeps")
    func keptLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            func round() async throws -> ObjectPrx? {
                let communicator = try Communicator(patient(), threads: 2)
                let proxy = try communicator.makeProxy("a:tcp -h 127.0.0.1 -p 1")
                await #expect(throws: LocalException.self) { try await proxy?.ice_ping() }
                await communicator.destroy()
                return proxy
            }
            var kept = [try await round()]
            let descriptors = Leftovers.descriptors
            for _ in 0..<Leftovers.rounds { kept.append(try await round()) }
            try #require(Leftovers.threads.isEmpty && !Leftovers.hasMore(than: descriptors))
            for proxy in kept { await #expect(throws: LocalException.self) { try await proxy?.ice_ping() } }
        }
    }

    @Test("communicators dropped without destroy leave nothing either")
    func dropsLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            let descriptors = Leftovers.descriptors
            for _ in 0..<Leftovers.rounds {
                let communicator = try Communicator(patient(), threads: 2)
                await #expect(throws: LocalException.self) {
                    try await communicator.makeProxy("a:tcp -h 127.0.0.1 -p 1")?.ice_ping()
                }
                // A thread has its name once it runs.
                try #require(!Leftovers.threads.isEmpty)
            }
            // They end by themselves. A test that failed shall not hang.
            let patience = ContinuousClock.now + .seconds(RawConnection.patience)
            while !Leftovers.threads.isEmpty || Leftovers.hasMore(than: descriptors) {
                try #require(ContinuousClock.now < patience)
                await Task.yield()
            }
        }
    }
}

/// What a process has while nothing else runs in it.
private enum Leftovers {
    /// The names of the runtime's threads.
    static var threads: [String] {
        entries("/proc/self/task").compactMap { task in
            guard let file = fopen("/proc/self/task/\(task)/comm", "r") else { return nil }
            defer { fclose(file) }
            var name = [CChar](repeating: 0, count: 32)
            guard fgets(&name, 32, file) != nil else { return nil }
            let text = String(decoding: name.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            return text.hasPrefix("ice-") ? text : nil
        }
    }

    /// How many descriptors are open, the one that counts included.
    static var descriptors: Int { entries("/proc/self/fd").count }

    static let rounds = 20

    /// Whether there are as many more as if each round had left one. The system's own libraries open a few when they like.
    static func hasMore(than descriptors: Int) -> Bool { Self.descriptors >= descriptors + rounds }

    private static func entries(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// Makes, uses and destroys communicators: connections of all transports, refused ones, ones that don't like what they
    /// meet, an invocation that is never answered.
    static func round(_ authority: TestAuthority) async throws {
        let server = try Communicator(
            ["IceSSL.DefaultDir": authority.folder, "IceSSL.CertFile": "server.pem", "IceSSL.VerifyPeer": "0"],
            threads: 2)
        let client = try Communicator(["IceSSL.DefaultDir": authority.folder, "IceSSL.CAs": TestAuthority.file])
        let stranger = try Communicator(patient())
        for transport in ["tcp", "ssl", "ws", "wss"] {
            let adapter = try server.createObjectAdapterWithEndpoints(
                name: transport, endpoints: "\(transport) -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
            try adapter.activate()
            try await #require(try client.makeProxy("\(proxy)")).ice_ping()
            if transport.hasSuffix("s"), transport != "ws" {
                await #expect(throws: LocalException.self) { try await stranger.makeProxy("\(proxy)")?.ice_ping() }
            }
        }
        await #expect(throws: LocalException.self) {
            try await client.makeProxy("greeter:tcp -h 127.0.0.1 -p 1")?.ice_ping()
        }
        await client.destroy()
        await stranger.destroy()
        await server.destroy()
    }
}

extension [(String, String)] {
    fileprivate var asProperties: Properties { Properties(self) }
}
