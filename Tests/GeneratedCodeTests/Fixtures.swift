import Ice
import Testing

/// Runs a test with a communicator, which takes instances that refer to each other, and an adapter on the loopback interface.
func withAdapter(_ body: (ObjectAdapter, Communicator) async throws -> Void) async throws {
    let communicator = try initialize(["--Ice.AcceptClassCycles=1"])
    do {
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "", endpoints: "tcp -h 127.0.0.1 -p 0")
        try adapter.activate()
        try await body(adapter, communicator)
    } catch {
        await communicator.destroy()
        throw error
    }
    await communicator.destroy()
}
