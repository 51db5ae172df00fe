import EventLoop
import Gateway
import GatewayHTTP
import Ice
import IceEncoding
import IceTesting
import Logging
import Slice

/// A gateway with the routes of the Slice below, whose servant notes its calls.
final class LibraryGateway: Sendable {
    static let slice = """
        module Library
        {
            enum Sort { byTitle, byYear }
            sequence<string> Strings;
            sequence<byte> Bytes;
            sequence<Object> Objects;
            struct Range { int low = 1; int high = 9; }
            struct Filter { string text; Range years; Strings tags; }
            struct Book { string title; int year; long copies; }
            sequence<Book> Books;
            dictionary<string, int> Counts;

            interface Shelf
            {
                ["http:get:/v1/books/{id}"] Book find(long id);
                ["http:get:/v1/books"]
                string search(Filter filter, Sort order, optional(1) int limit, bool exact);
                ["http:put:/v1/books/{id}", "http:body:book"] Book store(long id, Book book, optional(1) string note);
                ["http:post:/v1/shelves/{shelf}/books", "http:status:201", "http:response-body:returnValue"]
                Book add(string shelf, Book book, Counts counts, out int total);
                ["http:delete:/v1/books/{id}", "http:status:204"] void remove(long id, optional(1) string reason);
                ["http:put:/v1/books/{id}/cover", "http:raw-body:image"] int setCover(long id, Bytes image, string kind);
                ["http:get:/v1/books/{id}/cover", "http:raw-body:returnValue"] Bytes cover(long id, out string kind);
                ["http:get:/v1/titles", "http:response-body:returnValue"] optional(1) string title(int n);
                ["http:post:/v1/raw", "http:raw-body:data"] void raw(Bytes data);
                ["http:json:number"] long count(["http:json:number"] long n);
                string mixed(string a, Strings b, Counts c);
                void tidy(optional(1) string reason, optional(2) Counts counts);
                string scalars(bool f, byte b, short s, int i, long l, float x, double d, string t, Sort e, Strings ss);
            }
        }
        """

    /// Answers with examples until it is told otherwise.
    let shelf: SliceServant
    let client: HTTPClient
    private let communicator: Communicator
    private nonisolated(unsafe) let server: GatewayServer

    /// - Parameter slice: has `::Library::Shelf`.
    init(
        slice: String = slice, configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws {
        shelf = try SliceServant(interface: "::Library::Shelf", in: try LoadedSlice(source: slice))
        communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Shelf", endpoints: "tcp -h 127.0.0.1 -p 0")
        try adapter.add(servant: shelf, identity: Identity(name: "shelf"))
        try adapter.activate()
        let configuration = try Self.configuration("\(try adapter.createProxy(Identity(name: "shelf")))", configure)
        let result = GatewayLoader(communicator: communicator).load(configuration, model: try Self.model(slice))
        guard let gateway = result.gateway else {
            throw HTTPClient.Failure(message: result.errors.map(\.description).joined(separator: "\n"))
        }
        server = try GatewayServer(gateway, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        client = HTTPClient(server.address)
    }

    static func model(_ slice: String = slice) throws -> SliceModel {
        let compilation = SliceCompiler.compile(source: slice, name: "Library.ice")
        guard let model = compilation.model else {
            throw HTTPClient.Failure(message: compilation.diagnostics.map(\.description).joined(separator: "\n"))
        }
        return model
    }

    private static func configuration(
        _ proxy: String, _ configure: (inout GatewayConfiguration) -> Void
    ) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.threads = 1
        configuration.services = [ServiceConfiguration(name: "shelf", proxy: proxy)]
        // A busy machine may be slow.
        configuration.services[0].timeout = TestGateway.patience
        configuration.shutdownDeadline = TestGateway.patience
        configuration.limits.slowClient = TestGateway.patience
        configuration.ice["Ice.Connection.Client.ConnectTimeout"] = "0"
        configure(&configuration)
        return configuration
    }

    /// The errors of loading this Slice and configuration; empty when it can be served.
    static func errors(slice: String, configure: (inout GatewayConfiguration) -> Void = { _ in }) async throws -> String
    {
        let communicator = try Communicator()
        let configuration = try configuration("shelf:tcp -h 127.0.0.1 -p 1", configure)
        let result = GatewayLoader(communicator: communicator).load(configuration, model: try model(slice))
        await communicator.destroy()
        return result.errors.map(\.description).joined(separator: "\n")
    }

    /// The arguments of the latest call of an operation, as JSON; empty without one.
    func arguments(_ operation: String) -> String {
        shelf.calls.last { $0.operation == operation }?.parameters.description ?? ""
    }

    /// Runs the body and shuts down afterwards, whatever it throws.
    static func with(
        slice: String = slice, configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (LibraryGateway) async throws -> Void
    ) async throws {
        let gateway = try await LibraryGateway(slice: slice, configure: configure)
        do {
            try await body(gateway)
        } catch {
            try await gateway.shutdown()
            throw error
        }
        try await gateway.shutdown()
    }

    private func shutdown() async throws {
        _ = try await onThread { [self] in server.shutdown() }
        await communicator.destroy()
    }
}
