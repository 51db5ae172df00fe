import Glibc
import Testing

/// A real Ice runtime, prepared by `scripts/setup-peers`.
enum Peer: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case python38, python37, cpp37

    var testDescription: String {
        switch self {
        case .python38: "Ice for Python 3.8"
        case .python37: "Ice for Python 3.7"
        case .cpp37: "Ice for C++ 3.7"
        }
    }

    private func command(_ program: String) -> [String] {
        switch self {
        case .python38, .python37:
            [
                "\(Repository.builtPeers)/\(rawValue)/bin/python", "\(Repository.peers)/\(rawValue)/\(program).py",
                Repository.slice,
            ]
        case .cpp37: ["\(Repository.builtPeers)/cpp37/\(program)"]
        }
    }

    /// Starts a program of this peer, or says what to do when it isn't there: nothing is ever skipped.
    private func launch(_ command: [String]) throws -> ChildProcess {
        guard access(command[0], X_OK) == 0 else {
            throw HarnessError("\(testDescription) is not set up (no \(command[0])): run scripts/setup-peers")
        }
        return try ChildProcess.launch(command)
    }

    /// Runs `body` with a server that can be called.
    func withServer<Result: Sendable>(
        endpoint: String = "tcp -h 127.0.0.1 -p 0", properties: [String: String] = [:],
        _ body: (PeerServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(command: command("server") + [endpoint] + arguments(properties), body)
    }

    private func arguments(_ properties: [String: String]) -> [String] {
        var properties = properties
        // Ice 3.8 has it built in.
        if self != .python38, properties.keys.contains(where: { $0.hasPrefix("IceSSL.") }) {
            properties["Ice.Plugin.IceSSL"] = "IceSSL:createIceSSL"
        }
        return properties.map { "--\($0)=\($1)" }
    }

    /// Runs `body` with a server that prints `READY` and its endpoint.
    func withServer<Result: Sendable>(
        command: [String], _ body: (PeerServer) async throws -> Result
    ) async throws -> Result {
        let process = try launch(command)
        return try await ending(process) {
            let endpoint = try await process.line(containing: "READY ").dropFirst("READY ".count)
            return try await body(PeerServer(process: process, endpoint: String(endpoint)))
        }
    }

    /// Runs the client against the Greeter behind `proxy`, the Echo behind `echo` and, when there is one, the Graphs behind
    /// `graphs`; it prints a line of JSON per check.
    ///
    /// - Returns: its lines.
    /// - Throws: ``HarnessError`` with its standard error when it doesn't exit with 0.
    func runClient(
        _ proxy: String, echo: String? = nil, graphs: String? = nil, properties: [String: String] = [:]
    ) async throws -> [String] {
        let proxies = [proxy, echo, graphs].compactMap(\.self)
        let process = try launch(command("client") + proxies + arguments(properties))
        return try await ending(process) {
            let lines = await process.remainingLines()
            let status = try await process.waitForExit()
            guard status == 0 else {
                throw HarnessError("\(testDescription) client: exit status \(status)\n\(process.standardError)")
            }
            return lines
        }
    }
}

extension Peer {
    /// Runs a program that is the same for both Pythons.
    ///
    /// - Throws: ``HarnessError`` with its standard error when it doesn't exit with 0.
    func runPython(_ program: String, _ arguments: [String]) async throws {
        _ = try await lines(ofPython: program, arguments)
    }

    /// Runs a program that there is for Python as `NAME_client.py` and for C++ as `NAME-client`.
    ///
    /// - Returns: its lines.
    /// - Throws: ``HarnessError`` with its standard error when it doesn't exit with 0.
    func runOwnClient(_ name: String, _ arguments: [String]) async throws -> [String] {
        try await lines(of: ownClient(name) + arguments)
    }

    private func ownClient(_ name: String) -> [String] {
        guard self != .cpp37 else { return ["\(Repository.builtPeers)/cpp37/\(name)-client"] }
        return ["\(Repository.builtPeers)/\(rawValue)/bin/python", "\(Repository.peers)/\(name)_client.py"]
    }

    /// Runs `body` with a running program that there is as for ``runOwnClient(_:_:)``, and ends it.
    func withOwnClient<Result: Sendable>(
        _ name: String, _ arguments: [String], properties: [String: String] = [:],
        _ body: (ChildProcess) async throws -> Result
    ) async throws -> Result {
        let process = try launch(ownClient(name) + arguments + self.arguments(properties))
        return try await ending(process) { try await body(process) }
    }

    private func callback(_ arguments: [String], _ properties: [String: String]) -> [String] {
        let program = self == .cpp37 ? [] : ["\(Repository.peers)/callback.py"]
        let binary = "\(Repository.builtPeers)/\(rawValue)/\(self == .cpp37 ? "callback" : "bin/python")"
        return [binary] + program + arguments + self.arguments(properties)
    }

    /// Runs the client of `callback.py` or `Callback.cpp` with the object behind `proxy`, which calls it back.
    ///
    /// - Throws: ``HarnessError`` with its standard error when it doesn't exit with 0.
    func runCallbackClient(_ proxy: String, properties: [String: String]) async throws {
        _ = try await lines(of: callback(["client", proxy], properties))
    }

    /// Runs `body` with the server of `callback.py` or `Callback.cpp`, whose object `greeter` calls its client back.
    func withCallbackServer<Result: Sendable>(
        endpoint: String, properties: [String: String], _ body: (PeerServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(command: callback(["server", endpoint], properties), body)
    }

    private func lines(ofPython program: String, _ arguments: [String]) async throws -> [String] {
        let python = "\(Repository.builtPeers)/\(rawValue)/bin/python"
        return try await lines(of: [python, "\(Repository.peers)/\(program).py"] + arguments)
    }

    private func lines(of command: [String]) async throws -> [String] {
        let process = try launch(command)
        return try await ending(process) {
            let lines = await process.remainingLines()
            let status = try await process.waitForExit()
            guard status == 0 else {
                throw HarnessError("\(testDescription) client: exit status \(status)\n\(process.standardError)")
            }
            return lines
        }
    }
}

/// A running server of a peer.
struct PeerServer: Sendable {
    var process: ChildProcess
    /// As in `tcp -h 127.0.0.1 -p 4061`.
    var endpoint: String
}

/// Runs `body`, then ends `process` however `body` ended.
func ending<Result: Sendable>(
    _ process: ChildProcess, _ body: () async throws -> Result
) async throws -> Result {
    let result: Result
    do {
        result = try await body()
    } catch {
        try await process.end()
        throw error
    }
    try await process.end()
    return result
}
