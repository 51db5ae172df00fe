import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// A client with the object `callback`, and a server whose object `greeter` calls it over the connection that the
/// client made.
struct CallbackScene: Sendable {
    let client: Communicator
    let server: Communicator
    /// The client's, listening nowhere.
    let adapter: ObjectAdapter
    /// The client's object; answers `echo` with its parameters.
    let callback: MockServant
    /// The server's object; answers `callBack` with what `echo` of the callback returned.
    let servant: MockServant
    let serverAdapter: ObjectAdapter
    /// The client's proxy for it.
    let proxy: ObjectPrx

    static let identity = Identity(name: "callback")

    /// Runs `body` with a scene whose connection, if asked for, has the client's adapter.
    static func run(
        endpoint: String = "tcp -h 127.0.0.1 -p 0", serverProperties: Properties = [:],
        clientProperties: Properties = [:], isAttached: Bool = true, _ body: (CallbackScene) async throws -> Void
    ) async throws {
        try await withCommunicator(serverProperties) { server in
            try await withCommunicator(clientProperties) { client in
                client.getProperties().setProperty(key: "Callbacks.ProxyOptions", value: "-t")
                let adapter = try client.createObjectAdapter("Callbacks")
                let callback = MockServant()
                callback.on("echo") { OutgoingResponse(outEncaps: $0.inEncaps) }
                try adapter.add(servant: callback, identity: identity)
                try adapter.activate()
                let serverAdapter = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: endpoint)
                let servant = MockServant()
                servant.on("callBack") { try await callBack("echo", $0) }
                let own = try serverAdapter.add(servant: servant, identity: Identity(name: "greeter"))
                try serverAdapter.activate()
                let proxy = try #require(try client.makeProxy("\(own)"))
                let scene = CallbackScene(
                    client: client, server: server, adapter: adapter, callback: callback, servant: servant,
                    serverAdapter: serverAdapter, proxy: proxy)
                if isAttached { try await scene.connection().setAdapter(adapter) }
                try await body(scene)
                // Closures of servants hold gates and the servants themselves.
                servant.removeOperations()
                callback.removeOperations()
            }
        }
    }

    /// Calls the client's object over the connection of a request, and answers with what it answered.
    static func callBack(_ operation: String, _ request: IncomingRequest) async throws -> OutgoingResponse {
        let connection = try #require(request.current.con)
        let result = try await connection.createProxy(identity).ice_invoke(
            operation: operation, mode: .normal, inEncaps: request.inEncaps, context: request.current.ctx)
        return OutgoingResponse(ok: result.ok, outEncaps: result.outEncaps)
    }

    /// The client's side of the connection.
    func connection() async throws -> Connection { try #require(try await proxy.ice_getConnection()) }

    /// Calls `callBack` with a text.
    ///
    /// - Returns: the text that came back.
    func callBack(_ text: String) async throws -> String {
        let result = try await proxy.ice_invoke(
            operation: "callBack", mode: .normal, inEncaps: Encapsulation.make { $0.appendString(text) })
        return try Encapsulation.read(result.outEncaps) { try $0.readString() }
    }
}

/// What dispatches wait at until a test lets them go on; any number of them.
final class AsyncGate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.isOpen = true
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension MockServant {
    /// Lets an operation answer with its parameters when the gate is open.
    func hold(_ operation: String) -> AsyncGate {
        let gate = AsyncGate()
        on(operation) { request in
            await gate.wait()
            return OutgoingResponse(outEncaps: request.inEncaps)
        }
        return gate
    }
}
