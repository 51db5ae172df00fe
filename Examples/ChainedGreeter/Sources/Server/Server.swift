import Glibc
import Ice
import VisitorCenter

/// Lets another greeter answer. No thread waits for it.
struct Forwarder: Greeter {
    let target: GreeterPrx

    func greet(name: String, current: Ice.Current) async throws -> String {
        try await target.greet(name, context: current.ctx)
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
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4065")
        let text = properties.getPropertyWithDefault(key: "target", value: "greeter:tcp -h 127.0.0.1 -p 4061")
        let target = try Ice.makeProxy(communicator: communicator, proxyString: text, type: GreeterPrx.self)
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "ChainedGreeterAdapter", endpoints: endpoints)
        try adapter.add(servant: Forwarder(target: target), id: Ice.Identity(name: "greeter"))
        try adapter.activate()
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
