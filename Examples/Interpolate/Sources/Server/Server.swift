import Glibc
import Ice
import Modelling

/// Puts what it is called for into a queue, which answers.
struct QueuedModel: Model {
    let queue = JobQueue()

    func interpolate(data: Grid, factor: Float, current: Ice.Current) async throws -> Grid {
        try await Ice.withResponseCallback { callback in
            queue.add(Job(callback: callback, grid: data, factor: factor))
        }
    }
}

@main
struct Server {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            try await serve(communicator, arguments)
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    static func serve(_ communicator: Ice.Communicator, _ arguments: [String]) async throws {
        let properties = communicator.getProperties()
        _ = properties.parseCommandLineOptions(prefix: "", options: arguments)
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4064")
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "ModelAdapter", endpoints: endpoints)
        try adapter.add(servant: QueuedModel(), id: Ice.Identity(name: "model"))
        try adapter.activate()
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
