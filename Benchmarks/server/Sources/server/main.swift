// A Greeter on our own runtime, to be measured beside ZeroC's Ice for C++.
//
//   server PORT [pool|loop]
//
// Its servant runs in the cooperative pool, or on the loop of each connection. Ends when it is terminated.

import Glibc
import Ice

/// What generated code makes of it, and two operations for scripts/bench-dispatch that are not in the Slice file.
struct BenchGreeter: Greeter {
    private let held = Held()

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        switch current.operation {
        case "hold": return try await held.hold(current)
        case "release":
            held.release()
            return current.makeEmptyOutgoingResponse()
        default: return try await Self.dispatch(self, request: request)
        }
    }

    func greet(name: String, current: Current) async throws -> String { "Hello, \(name)!" }

    func echoItems(items: Items, current: Current) async throws -> Items { items }

    func echoThings(things: Things, current: Current) async throws -> Things { things }

    func echoDoubles(values: Doubles, current: Current) async throws -> Doubles { values }

    func slowGreet(name: String, current: Current) async throws -> String {
        try await Task.sleep(for: .milliseconds(100))
        return "Hello, \(name)!"
    }
}

let arguments = CommandLine.arguments
guard (2...3).contains(arguments.count),
    let form = ["pool", "loop"].firstIndex(of: arguments.dropFirst(2).first ?? "pool")
else {
    print("usage: server PORT [pool|loop]")
    exit(64)
}
let communicator = try Communicator(["Greeter.DispatchOnLoop": "\(form)"])
let adapter = try communicator.createObjectAdapterWithEndpoints(
    name: "Greeter", endpoints: "tcp -h 127.0.0.1 -p \(arguments[1])")
try adapter.add(servant: BenchGreeter(), identity: Identity(name: "greeter"))
try adapter.activate()
await communicator.shutdownCompleted()
