import Ice
import IceEncoding
import IceTesting
import Testing

/// One object, `greeter`, called by a proxy of its own communicator: without a connection, or over one, so that tests
/// can see whether there is a difference.
struct CollocatedScene: Sendable {
    let communicator: Communicator
    let adapter: ObjectAdapter
    let servant: MockServant
    let proxy: ObjectPrx

    static func run(
        _ properties: Properties = [:], endpoints: String = "tcp -h 127.0.0.1 -p 0", isCollocated: Bool = true,
        isActive: Bool = true, executor: (any TaskExecutor)? = nil, _ body: (CollocatedScene) async throws -> Void
    ) async throws {
        try await withCommunicator(properties, executor: executor) { communicator in
            communicator.getProperties().setProperty(key: "A.ProxyOptions", value: "-t")
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: endpoints)
            let servant = Greeter.servant()
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "greeter"))
            if isActive { try adapter.activate() }
            try await body(
                CollocatedScene(
                    communicator: communicator, adapter: adapter, servant: servant,
                    proxy: proxy.ice_collocationOptimized(isCollocated)))
            servant.removeOperations()
        }
    }
}
