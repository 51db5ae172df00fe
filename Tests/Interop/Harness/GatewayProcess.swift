import Foundation
import Glibc

/// A running `icegate` and a client for it.
struct GatewayProcess: Sendable {
    var process: ChildProcess
    var client: HTTPClient

    func post(_ path: String, _ body: String, _ headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await client.post(path, body, headers)
    }

    /// Runs `body` with a gateway in front of a peer's `greeter`, `echo` and `graphs`, told by command line alone.
    static func withGateway<Result: Sendable>(
        for endpoint: String, services: [String] = [], _ body: (GatewayProcess) async throws -> Result
    ) async throws -> Result {
        let own = [
            "greeter=greeter:\(endpoint)@::VisitorCenter::Greeter", "echo=echo:\(endpoint)@::Interop::Echo",
            "graphs=graphs:\(endpoint)@::Interop::Graphs",
        ]
        let slice = ["\(Repository.slice)/Greeter.ice", "\(Repository.peers)/Interop.ice"]
        let arguments = slice + (own + services).flatMap { ["--service", $0] }
        return try await with(["serve"] + arguments, body)
    }

    /// Runs `body` with a gateway configured by a file that holds `configuration`.
    static func withConfiguration<Result: Sendable>(
        _ configuration: String, environment: [String: String] = [:],
        _ body: (GatewayProcess) async throws -> Result
    ) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString).yaml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await with(["serve", "--config", file.path], environment: environment, body)
    }

    /// Runs `icegate` with arguments that make it listen, until `body` is done, and sees it drain.
    static func with<Result: Sendable>(
        _ arguments: [String], environment: [String: String] = [:],
        _ body: (GatewayProcess) async throws -> Result
    ) async throws -> Result {
        let process = try ChildProcess.launch(
            ["/usr/bin/env"] + environment.map { "\($0)=\($1)" } + [Repository.icegate] + arguments
                + ["--listen", "127.0.0.1:0"], endsWithInput: false)
        return try await ending(process) {
            let line = try await process.line(containing: "listening on ")
            guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
                throw HarnessError("no port in '\(line)'")
            }
            let result = try await body(GatewayProcess(process: process, client: HTTPClient(port: port)))
            process.send(SIGTERM)
            let status = try await process.waitForExit()
            guard status == 0 else { throw HarnessError("icegate: exit status \(status)\n\(process.standardError)") }
            return result
        }
    }
}
