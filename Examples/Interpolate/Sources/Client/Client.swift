import Glibc
import Ice
import Modelling

@main
struct Client {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            let text = arguments.dropFirst().first ?? "model:tcp -h 127.0.0.1 -p 4064"
            let model = try Ice.makeProxy(communicator: communicator, proxyString: text, type: ModelPrx.self)
            for row in try await model.interpolate(data: [[0, 0, 0], [0, 12, 0], [0, 0, 0]], factor: 0.5) { print(row) }
            do {
                _ = try await model.interpolate(data: [[1]], factor: 2)
            } catch is RangeError {
                print("a factor of 2 is out of range")
            }
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }
}
