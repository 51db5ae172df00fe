// A Greeter on our own runtime, to be measured beside ZeroC's Ice for C++.
//
//   server PORT
//
// Ends when it is terminated.

import Ice

struct Greeter: Servant {
    let iceTypeIds = ["::Bench::Greeter"]
    private let held = Held()

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        switch current.operation {
        case "greet": return try greet(request)
        // Those of scripts/bench-dispatch; `hold` is answered by `release`.
        case "hold": return try await held.hold(current)
        case "release":
            held.release()
            return current.makeEmptyOutgoingResponse()
        default: throw LocalException(.operationNotExist, current.operation)
        }
    }

    private func greet(_ request: IncomingRequest) throws -> OutgoingResponse {
        let name = try request.inEncaps.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            var payload = try cursor.readEncapsulation().payload
            return try payload.readString()
        }
        var buffer = OutputBuffer(minimumCapacity: 64)
        let start = buffer.beginEncapsulation(request.current.encoding)
        buffer.appendString("Hello, \(name)!")
        buffer.endEncapsulation(start)
        return OutgoingResponse(outEncaps: Array(buffer.bytes))
    }
}

guard CommandLine.arguments.count == 2 else { fatalError("usage: server PORT") }
let communicator = try Communicator()
let adapter = try communicator.createObjectAdapterWithEndpoints(
    name: "Greeter", endpoints: "tcp -h 127.0.0.1 -p \(CommandLine.arguments[1])")
try adapter.add(servant: Greeter(), identity: Identity(name: "greeter"))
try adapter.activate()
await communicator.shutdownCompleted()
