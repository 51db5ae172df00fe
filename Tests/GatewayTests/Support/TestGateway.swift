import EventLoop
import Gateway
import GatewayHTTP
import Ice
import IceEncoding
import IceTesting
import Logging
import Slice

/// A gateway in this process with a mock servant behind it.
final class TestGateway: Sendable {
    static let slice = """
        module Test
        {
            enum Color { red, green, blue }
            struct Item { string sku; int qty; double price; Color color; }
            sequence<Item> Items;
            dictionary<string, int> Counts;
            exception Base { string reason; }
            exception NotEnough extends Base { int available; }
            exception Secret { string key; }
            class Tree { string name; Tree next; }

            interface Shop
            {
                string greet(string name);
                idempotent int add(int a, int b);
                Items echoItems(Items items, out Counts counts);
                void note(string text);
                void buy(string sku, int qty) throws NotEnough;
                Tree root();
                ["format:sliced"] Tree replant(Tree tree);
                int odd(out int returnValue);
                Object* forward(Object* target);
                void hang();
                idempotent void hangIdempotent();
            }
        }
        """

    /// Longer than anything that succeeds takes.
    static let patience = Duration.seconds(RawConnection.patience)

    let servant: MockServant
    /// What ``answer(_:_:)`` sets.
    private let shop: SliceServant
    let client: HTTPClient
    private let communicator: Communicator
    private nonisolated(unsafe) let server: GatewayServer

    /// - Parameters:
    ///   - proxies: more services, by name, as stringified proxies; `shop` is the mock servant.
    ///   - ice: properties of Ice.
    ///   - configure: changes the configuration.
    init(
        proxies: [String: String] = [:], ice: Properties = [:],
        configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws {
        servant = MockServant(["::Test::Shop"])
        shop = try SliceServant(interface: "::Test::Shop", in: try LoadedSlice(source: Self.slice))
        communicator = try Communicator(ice)
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Shop", endpoints: "tcp -h 127.0.0.1 -p 0")
        try adapter.add(servant: servant, identity: Identity(name: "shop"))
        try adapter.activate()
        let proxy = try adapter.createProxy(Identity(name: "shop"))

        var configuration = GatewayConfiguration()
        configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.threads = 1
        configuration.services = [ServiceConfiguration(name: "shop", proxy: "\(proxy)")]
        configuration.services += [
            ServiceConfiguration(name: "nobody", proxy: "\(proxy.ice_identity(Identity(name: "nobody")))"),
            ServiceConfiguration(name: "facet", proxy: "\(proxy.ice_facet("other"))"),
        ]
        configuration.services += proxies.map { ServiceConfiguration(name: $0.key, proxy: $0.value) }
        // A busy machine may be slow.
        for index in configuration.services.indices { configuration.services[index].timeout = Self.patience }
        configuration.shutdownDeadline = Self.patience
        configuration.invocations.longestWait = Self.patience
        configuration.limits.slowClient = Self.patience
        configuration.ice = ice
        configuration.ice["Ice.Connection.Client.ConnectTimeout"] = "0"
        configure(&configuration)
        let compilation = SliceCompiler.compile(source: Self.slice, name: "Test.ice")
        guard let model = compilation.model else {
            throw HTTPClient.Failure(message: compilation.diagnostics.map(\.description).joined(separator: "\n"))
        }
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        guard let gateway = result.gateway else {
            throw HTTPClient.Failure(message: result.errors.map(\.description).joined(separator: "\n"))
        }
        server = try GatewayServer(gateway, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        client = HTTPClient(server.address)
    }

    /// Sets what an operation answers, as JSON; `servant.on` sets what it does with bytes.
    func answer(_ operation: String, _ answering: @escaping SliceServant.Answering) throws {
        try shop.on(operation, answering)
        servant.on(operation) { [shop] request in try await shop.dispatch(request) }
    }

    /// Shuts the gateway down as SIGTERM does; the servant stays.
    ///
    /// - Returns: whether everything in flight was finished.
    func shutdownServer() async throws -> Bool {
        try await onThread { [self] in server.shutdown() }
    }

    /// Ends the servant's communicator.
    func destroyCommunicator() async { await communicator.destroy() }

    func shutdown() async throws {
        _ = try await shutdownServer()
        await destroyCommunicator()
    }

    /// What `/readyz` says. A target that was asked and had not answered in time is asked again: a busy machine may be slow.
    func readiness() async throws -> HTTPAnswer {
        while true {
            let answer = try await client.send("GET", "/readyz")
            guard answer.body.contains("no answer to ice_isA in time") else { return answer }
            try Task.checkCancellation()
        }
    }

    /// Returns when no new connection is accepted any more.
    func waitUntilDraining() async {
        while !Task.isCancelled, let close = try? await client.begin([]) { close() }
    }

    /// Runs the body and shuts down afterwards, whatever it throws.
    static func with(
        proxies: [String: String] = [:], ice: Properties = [:],
        configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway) async throws -> Void
    ) async throws {
        let gateway = try await TestGateway(proxies: proxies, ice: ice, configure: configure)
        do {
            try await body(gateway)
        } catch {
            try await gateway.shutdown()
            throw error
        }
        try await gateway.shutdown()
    }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try JoinableThread(name: "test") { continuation.resume(with: Swift.Result(catching: body)) }.detach()
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Something that happens once; anybody may wait for it.
final class Gate: Sendable {
    private let (whenOpen, opening) = AsyncStream.makeStream(of: Void.self)

    func open() { opening.finish() }

    /// Returns also when the task is cancelled.
    func wait() async { for await _ in whenOpen {} }
}
