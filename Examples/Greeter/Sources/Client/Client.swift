import Glibc
import Ice
import VisitorCenter

@main
struct Client {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            let text = arguments.dropFirst().first ?? "greeter:tcp -h 127.0.0.1 -p 4061"
            let greeter = try Ice.makeProxy(communicator: communicator, proxyString: text, type: GreeterPrx.self)
            print(try await greeter.greet("Alice"))
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }
}
