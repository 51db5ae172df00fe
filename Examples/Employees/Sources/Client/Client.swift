import Company
import Glibc
import Ice

@main
struct Client {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            let text = arguments.dropFirst().first ?? "employees:tcp -h 127.0.0.1 -p 4062"
            let employees = try Ice.makeProxy(communicator: communicator, proxyString: text, type: EmployeesPrx.self)
            try await wait(employees)
            try await doOtherThings(employees)
            try await several(employees)
            try await callback(employees)
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    /// Waits for one result. No thread is blocked meanwhile.
    static func wait(_ employees: EmployeesPrx) async throws {
        print("99 is \(try await employees.getName(99))")
        do {
            _ = try await employees.getName(7)
        } catch let error as NoSuchEmployee {
            print("there is no \(error.number)")
        }
    }

    /// Begins a call, does other things, then takes the result.
    static func doOtherThings(_ employees: EmployeesPrx) async throws {
        let future = try employees.getNameAsync(24)
        print("asked who 24 is")
        print("24 is \(try await future.value)")
    }

    /// Has several calls under way at the same time.
    static func several(_ employees: EmployeesPrx) async throws {
        let futures = try [99, 24, 99].map { try employees.getNameAsync($0) }
        for future in futures { print(try await future.value) }
    }

    /// Is called back at the end of a call.
    static func callback(_ employees: EmployeesPrx) async throws {
        let future = try employees.getNameAsync(99)
        await withCheckedContinuation { done in
            future.onCompletion { result in
                switch result {
                case .success(let name): print("Name is: \(name)")
                case .failure(let error): print("Exception is: \(error)")
                }
                done.resume()
            }
        }
    }
}
