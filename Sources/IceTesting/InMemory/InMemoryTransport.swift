public import Ice

/// A client and a server in one process, connected by a ``Wire`` and without a port.
///
/// ```swift
/// try await withInMemoryServant(servant) { proxy, transport in
///     transport.wire.pause(.toClient)
///     …
/// }
/// ```
///
/// Proxies of ``connection`` are fixed to it: when it ends, their invocations fail, and nothing is retried.
public final class InMemoryTransport: Sendable {
    /// What lies between the two.
    public let wire: Wire
    /// The client's side of the connection.
    public let connection: Connection
    private let client: Communicator

    /// Connects a client to what an object adapter serves. The adapter needs no endpoints.
    ///
    /// - Parameter prepare: is called with the wire before the first byte goes over it.
    /// - Throws: ``LocalException`` when the connection isn't established, ``RawConnection/Failure`` when the system has no
    ///   sockets.
    public init(
        _ client: Communicator, to adapter: ObjectAdapter, prepare: (Wire) -> Void = { _ in }
    ) async throws {
        let (wire, clientEnd, serverEnd) = try Wire.make()
        self.wire = wire
        self.client = client
        prepare(wire)
        adapter.serve(serverEnd, peer: "in-memory client")
        do {
            connection = try await client.connect(over: clientEnd, peer: "in-memory server")
        } catch {
            await Self.stop(wire)
            throw error
        }
    }

    /// A proxy for an object of the adapter; its requests go over the wire.
    public func proxy(_ identity: Identity, facet: String = "") throws -> ObjectPrx {
        guard let proxy = try client.makeProxy("\(identity)") else {
            throw LocalException(.parse, "an empty identity")
        }
        return proxy.ice_facet(facet).ice_fixed(connection)
    }

    /// Cuts the wire and ends its thread.
    public func end() async { await Self.stop(wire) }

    private static func stop(_ wire: Wire) async {
        wire.cut()
        await wire.ended()
    }
}

/// Runs `body` with a proxy for a servant behind an in-memory connection. Both communicators are destroyed at the end.
///
/// - Parameters:
///   - identity: of the object.
///   - properties: of the client.
/// - Throws: what `body` throws; ``LocalException`` when there can't be a connection.
public func withInMemoryServant<Value>(
    _ servant: any Dispatcher, identity: Identity = Identity(name: "object"), properties: Properties = [:],
    _ body: (_ proxy: ObjectPrx, _ transport: InMemoryTransport) async throws -> Value
) async throws -> Value {
    let server = try Communicator()
    let client: Communicator
    do {
        client = try Communicator(properties)
    } catch {
        await server.destroy()
        throw error
    }
    func end(_ transport: InMemoryTransport?) async {
        await transport?.end()
        await client.destroy()
        await server.destroy()
    }
    var transport: InMemoryTransport?
    do {
        let adapter = try server.createObjectAdapter("")
        try adapter.add(servant: servant, identity: identity)
        let connected = try await InMemoryTransport(client, to: adapter)
        transport = connected
        let value = try await body(try connected.proxy(identity), connected)
        await end(transport)
        return value
    } catch {
        await end(transport)
        throw error
    }
}
