import Ice
import IceEncoding
import IceTesting
import Logging

/// An adapter of one communicator, and another communicator that calls it.
struct AdapterScene {
    let server: Communicator
    let client: Communicator
    let adapter: ObjectAdapter

    /// - Parameter properties: of the server; `A.Endpoints` is a loopback port unless they say otherwise.
    static func run(
        _ properties: [String: String] = [:], logger: Logger? = nil, _ body: (AdapterScene) async throws -> Void
    ) async throws {
        let all = properties.merging(["A.Endpoints": "tcp -h 127.0.0.1 -p 0"]) { mine, _ in mine }
        let silent = Logger(label: "Ice") { _ in SwiftLogNoOpLogHandler() }
        let server = try Communicator(Properties(all.map { ($0, $1) }), logger: logger ?? silent)
        let client = try Communicator()
        do {
            try await body(AdapterScene(server: server, client: client, adapter: try server.createObjectAdapter("A")))
        } catch {
            await client.destroy()
            await server.destroy()
            throw error
        }
        await client.destroy()
        await server.destroy()
    }

    /// The client's proxy of an object.
    func proxy(_ identity: Identity, facet: String = "") throws -> ObjectPrx {
        guard let proxy = try client.makeProxy("\(try adapter.createDirectProxy(identity))") else {
            throw LocalException(.parse, "")
        }
        return proxy.ice_facet(facet)
    }

    /// Who answers, as the `ice_id` of a servant; or the name of the exception.
    func answer(_ name: String, category: String = "", facet: String = "") async throws -> String {
        do {
            return try await proxy(Identity(name: name, category: category), facet: facet).ice_id()
        } catch let error as LocalException {
            return "\(error.code)"
        }
    }

    var port: UInt16 { get throws { try ServerTests.port(try adapter.createDirectProxy(Identity(name: "x"))) } }
}
