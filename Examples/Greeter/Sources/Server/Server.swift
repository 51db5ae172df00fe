import Glibc
import Ice
import VisitorCenter

/// The servant: answers the operations of `Greeter`.
struct Chatbot: Greeter {
    func greet(name: String, current: Ice.Current) async throws -> String {
        print("Dispatching greet request { name = '\(name)' }")
        return "Hello, \(name)!"
    }
}

@main
struct Server {
    static func main() async throws {
        // Takes Ice's own arguments out: --Ice.Config=FILE, --Ice.Trace.Network=1.
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
        // What is left becomes properties, too: --endpoints=… is the property `endpoints`.
        let properties = communicator.getProperties()
        _ = properties.parseCommandLineOptions(prefix: "", options: arguments)
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4061")

        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "GreeterAdapter", endpoints: endpoints)
        try adapter.add(servant: Chatbot(), id: Ice.Identity(name: "greeter"))
        try adapter.activate()
        // Ctrl+C: nothing new is dispatched, what is being dispatched is answered.
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
