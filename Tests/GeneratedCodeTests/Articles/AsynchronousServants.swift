// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

import Ice

// The servants of AsynchronousDispatch.md.

struct Chatbot: Greeter {
    func greet(name: String, current: Current) async throws -> String {
        "Hello, \(name)!"
    }
}

struct SlowGreeter: Greeter {
    let database: Database

    func greet(name: String, current: Current) async throws -> String {
        let greeting = try await database.greeting(for: name)
        return "\(greeting), \(name)!"
    }
}

actor Database {
    func greeting(for name: String) async throws -> String {
        await Task.yield()
        return "Good morning"
    }
}

struct Forwarder: Greeter {
    let greeter: GreeterPrx

    func greet(name: String, current: Current) async throws -> String {
        try await greeter.greet(name, context: current.ctx)
    }
}

struct BothGreeter: Greeter {
    let first: GreeterPrx
    let second: GreeterPrx

    func greet(name: String, current: Current) async throws -> String {
        let call = try first.greetAsync(name)
        async let other = second.greet(name)
        return try await "\(call.value) \(other)"
    }
}

actor CountingGreeter: Greeter {
    private var visits: [String: Int] = [:]

    func greet(name: String, current: Current) async throws -> String {
        visits[name, default: 0] += 1
        return "Hello, \(name), for the \(visits[name, default: 0]). time!"
    }
}

/// Forwards what it is called with, whatever the interface.
struct Bridge: Blobject {
    let target: ObjectPrx

    func ice_invoke(inEncaps: [UInt8], current: Current) async throws -> (ok: Bool, outEncaps: [UInt8]) {
        let result = try await target.ice_invoke(
            operation: current.operation, mode: current.mode, inEncaps: inEncaps, context: current.ctx)
        return (result.ok, result.outEncaps)
    }
}
