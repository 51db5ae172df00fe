import Company
import Glibc
import Ice

struct Register: Employees {
    let names: [Int32: String] = [24: "Bob", 99: "Alice"]

    func getName(number: Int32, current: Ice.Current) async throws -> String {
        guard let name = names[number] else { throw NoSuchEmployee(number: number) }
        return name
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
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4062")
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "EmployeesAdapter", endpoints: endpoints)
        try adapter.add(servant: Register(), id: Ice.Identity(name: "employees"))
        try adapter.activate()
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
