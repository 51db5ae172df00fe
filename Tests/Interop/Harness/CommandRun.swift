import Glibc

/// What a run of `icegate` came to.
struct CommandRun: Sendable {
    var status: Int32
    var lines: [String]
    var errors: String

    var text: String { lines.joined(separator: "\n") }

    /// Runs `icegate` to its end.
    static func icegate(_ arguments: [String], environment: [String: String] = [:]) async throws -> CommandRun {
        try await ended(
            try ChildProcess.launch(
                ["/usr/bin/env"] + environment.map { "\($0)=\($1)" } + [Repository.icegate] + arguments))
    }

    /// Runs lines of `bash` at the root of the repository, with `icegate` in the path.
    static func bash(_ script: String, environment: [String: String] = [:]) async throws -> CommandRun {
        try await ended(try shell(script, environment))
    }

    /// Starts them; they are told to terminate with the test.
    static func shell(
        _ script: String, _ environment: [String: String] = [:], endsWithInput: Bool = true
    ) throws -> ChildProcess {
        let start = "cd '\(Repository.root)' && PATH='\(Repository.folder)':$PATH\n"
        return try ChildProcess.launch(
            ["/usr/bin/env"] + environment.map { "\($0)=\($1)" } + ["bash", "-c", start + script],
            endsWithInput: endsWithInput)
    }

    static func ended(_ process: ChildProcess) async throws -> CommandRun {
        let lines = await process.remainingLines()
        let status = try await process.waitForExit()
        return CommandRun(status: status, lines: lines, errors: try await process.allStandardError())
    }
}
