import Foundation
import Glibc
import Testing

/// What `--help` says, and that its examples work.
@Suite("Help of every command", .timeLimit(.minutes(5))) struct HelpTests {
    static let commands = [
        "demo", "serve", "init", "check", "routes", "openapi", "call", "mock", "health", "completion",
    ]

    @Test("the texts are those that were looked at; ICEGATE_WRITE_HELP=1 writes them anew", arguments: [""] + commands)
    func snapshots(_ command: String) async throws {
        let run = try await CommandRun.icegate(command.isEmpty ? ["--help"] : [command, "--help"])
        #expect(run.status == 0 && run.errors == "")
        let file = "\(Repository.root)/Tests/Interop/HelpTexts/\(command.isEmpty ? "icegate" : command).txt"
        if getenv("ICEGATE_WRITE_HELP") != nil {
            try (run.text + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        }
        #expect(run.text + "\n" == (try String(contentsOfFile: file, encoding: .utf8)), "\(file) is stale")
        #expect(run.lines.allSatisfy { $0.count <= 80 })
    }

    @Test("every command says its exit statuses and has an example", arguments: commands)
    func complete(_ command: String) async throws {
        let text = try await CommandRun.icegate([command, "--help"]).lines
        #expect(text.contains { $0.hasPrefix("Exit status: 0 ") })
        #expect(!examples(in: text).isEmpty)
    }

    @Test("the examples work", arguments: commands)
    func examples(_ command: String) async throws {
        let texts = examples(in: try await CommandRun.icegate([command, "--help"]).lines)
        try await GatewayProcess.with(["demo"]) { gateway in
            let port = String(gateway.client.port)
            try await TemporaryFolder.with { folder in
                let servant = try CommandRun.shell(
                    "exec icegate demo --servant-only --endpoint 'tcp -h 127.0.0.1 -p 0'", endsWithInput: false)
                try await ending(servant) {
                    let line = try await servant.line(containing: "Ice servant: ")
                    let ice = try #require(line.split(separator: " ").last.map(String.init))
                    for text in texts {
                        let own = text.replacing("-p 4061", with: "-p \(ice)").replacing("8080", with: port)
                        try await expectToWork(command, own)
                    }
                }
            }
        }
    }

    private func expectToWork(_ command: String, _ text: String) async throws {
        let free = [
            "serve": " --listen 127.0.0.1:0", "demo": " --listen 127.0.0.1:0",
            "mock": " --endpoints 'tcp -h 127.0.0.1 -p 0'",
        ]
        guard let more = free[command], text.hasPrefix("icegate") else {
            let run = try await CommandRun.bash(text)
            #expect(run.status == 0 && !run.lines.isEmpty, "\(text): \(run.errors)")
            return
        }
        let process = try CommandRun.shell("exec " + text + more, endsWithInput: false)
        try await ending(process) {
            _ = try await process.line(containing: "Try: ")
            process.send(SIGTERM)
            #expect(try await process.waitForExit() == 0, "\(text): \(process.standardError)")
        }
    }

    /// The command lines in a text; those that end in a backslash go on.
    private func examples(in lines: [String]) -> [String] {
        var result: [String] = []
        var isOpen = false
        for line in lines.prefix(while: { !$0.hasPrefix("USAGE:") }) {
            let isExample = line.hasPrefix("  icegate ") || line.hasPrefix("  curl ")
            guard isOpen || isExample else { continue }
            let text = line.drop { $0 == " " }
            if isOpen { result[result.count - 1] += text } else { result.append(String(text)) }
            isOpen = line.hasSuffix("\\")
            if isOpen { result[result.count - 1].removeLast() }
        }
        return result
    }

    @Test("a word that is no command or flag says what was meant, and exits with 64")
    func suggestions() async throws {
        for (arguments, meant) in [(["chek"], "did you mean 'check'?"), (["check", "--servce", "x"], "'--service'")] {
            let run = try await CommandRun.icegate(arguments)
            #expect(run.status == 64 && run.errors.contains(meant), "\(run.errors)")
        }
    }
}
