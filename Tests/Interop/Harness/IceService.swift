import Glibc

/// A program of Ice's own services, as Debian installs it.
enum IceService {
    /// Runs `body` with a program that is told by a file of properties, and with the endpoint of one of its object adapters.
    ///
    /// - Parameters:
    ///   - adapter: as `Glacier2.Client`; listens at port 0.
    ///   - package: named when the program isn't there: nothing is ever skipped.
    static func with<Result: Sendable>(
        _ program: String, package: String, _ properties: [(String, String)], arguments: [String] = [], folder: String,
        adapter: String, _ body: (ChildProcess, _ endpoint: String) async throws -> Result
    ) async throws -> Result {
        let path = "/usr/bin/\(program)"
        guard access(path, X_OK) == 0 else {
            throw HarnessError("no \(path): run scripts/install-deps test, which installs \(package)")
        }
        let file = "\(folder)/\(program).config"
        try TemporaryFolder.write(properties + [("Ice.PrintAdapterReady", "1"), ("Ice.Trace.Network", "2")], to: file)
        // Its log goes to standard error, and tells which port the system chose.
        let process = try ChildProcess.launch(
            ["/bin/sh", "-c", #"exec "$@" 2>&1"#, "sh", path, "--Ice.Config=\(file)"] + arguments, endsWithInput: false)
        return try await ending(process) {
            _ = try await process.line(containing: "published endpoints for object adapter `\(adapter)'")
            let line = try await process.line(containing: "tcp -h ")
            let words = line.split(separator: " ")
            guard let option = words.firstIndex(of: "-p"), let port = words.dropFirst(option + 1).first else {
                throw HarnessError("no port in '\(line)'")
            }
            return try await body(process, "tcp -h 127.0.0.1 -p \(port)")
        }
    }
}
