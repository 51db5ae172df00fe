import Foundation
import Testing

/// Completion in a real shell, colours on a real terminal, and the first minutes.
@Suite("icegate in a shell", .timeLimit(.minutes(5))) struct ShellTests {
    /// What bash completes a line to.
    private static let completing = """
        source <(icegate completion bash)
        complete_line() {
            COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
            read -ra COMP_WORDS <<< "$1"
            [[ $1 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
            local function
            function=$(complete -p icegate | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            "$function" icegate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            echo "${COMPREPLY[*]}"
        }

        """

    @Test(
        "bash completes commands, flags, their values and Slice files",
        arguments: [
            ("icegate ch", "check"), ("icegate completion ", "bash zsh fish"),
            ("icegate openapi --format ", "json yaml"),
            ("icegate openapi --form", "--format"), ("icegate check slice/Gree", "slice/Greeter.ice"),
            ("icegate call x --slice slice/Gr", "slice/Greeter.ice"),
        ])
    func completes(_ line: String, _ expected: String) async throws {
        let run = try await CommandRun.bash(Self.completing + "complete_line '\(line)'")
        #expect(run.status == 0 && run.text == expected, "\(run.errors)")
    }

    @Test("the script of each shell names every command", arguments: ["bash", "zsh", "fish"])
    func scripts(_ shell: String) async throws {
        let run = try await CommandRun.icegate(["completion", shell])
        #expect(run.status == 0)
        for command in HelpTests.commands { #expect(run.text.contains(command)) }
        #expect(try await CommandRun.icegate(["completion", "tcsh"]).status == 64)
    }

    @Test(
        "colours are for terminals that want them",
        arguments: [
            (["TERM": "xterm"], true), (["TERM": "dumb"], false), (["TERM": "xterm", "NO_COLOR": "1"], false),
            (["TERM": "xterm", "NO_COLOR": ""], true),
        ])
    func colours(_ environment: [String: String], _ coloured: Bool) async throws {
        let unset = environment["NO_COLOR"] == nil ? "unset NO_COLOR\n" : ""
        let script = unset + #"script -qec "icegate check /no/such.ice" /dev/null < /dev/null"#
        let run = try await CommandRun.bash(script, environment: environment)
        #expect(run.status == 1 && run.text.contains("no such file or folder"))
        #expect(run.text.contains("\u{1b}[1;31m") == coloured, "\(run.text.debugDescription)")
        let piped = try await CommandRun.icegate(["check", "/no/such.ice"], environment: environment)
        #expect(piped.status == 1 && !piped.errors.contains("\u{1b}"))
    }

    @Test("a result is indented on a terminal, and one line in a pipe")
    func indents() async throws {
        try await Peer.cpp37.withServer { server in
            let call = "icegate call 'greeter:\(server.endpoint)' ice_id"
            let seen = try await CommandRun.bash("script -qec \"\(call)\" /dev/null < /dev/null")
            let lines = seen.lines.map { $0.filter { $0 != "\r" } }
            #expect(lines == ["{", "  \"returnValue\": \"::VisitorCenter::Greeter\"", "}"])
            #expect(try await CommandRun.bash(call).lines.count == 1)
        }
    }

    @Test("from a Slice file to an answer: serve says what to add, init writes it, check takes it, curl calls it")
    func firstRun() async throws {
        try await Peer.python38.withServer { server in
            let port = try #require(server.endpoint.firstMatch(of: /-p (\d+)/)?.1)
            let first = try await CommandRun.icegate(["serve", "\(Repository.slice)/Greeter.ice"])
            let line = try #require(first.errors.split(separator: "\n").first { $0.hasPrefix("  icegate serve ") })
            #expect(first.status == 1)
            let served = line.replacing("-h localhost -p 4061", with: "-h 127.0.0.1 -p \(port)")
            try await expectAnswer("exec \(served) --listen 127.0.0.1:0")

            try await TemporaryFolder.with { folder in
                let file = "\(folder)/icegate.yaml"
                let arguments = [
                    "init", "\(Repository.slice)/Greeter.ice", "--service", "greeter:\(server.endpoint)", "-o", file,
                ]
                let written = try await CommandRun.icegate(arguments)
                #expect(written.status == 0, "\(written.errors)")
                let again = try await CommandRun.icegate(arguments)
                #expect(
                    again.status == 1 && again.errors.contains("exists already") && again.errors.contains("--force"))
                #expect(try await CommandRun.icegate(arguments + ["--force"]).status == 0)
                let checked = try await CommandRun.icegate(["check", "--config", file])
                #expect(checked.status == 0 && checked.errors == "" && checked.text.contains("POST    /greeter/greet"))
                try await expectAnswer("exec icegate serve --config '\(file)' --listen 127.0.0.1:0")
            }
        }
    }

    /// Starts a gateway and types the line it suggests.
    private func expectAnswer(_ command: String) async throws {
        let process = try CommandRun.shell(command, endsWithInput: false)
        try await ending(process) {
            let tip = try await process.line(containing: "Try: curl ")
            let run = try await CommandRun.bash(String(tip.dropFirst("Try: ".count)))
            #expect(run.text == #"{"returnValue":"Hello, name!"}"#, "\(tip): \(run.errors)")
        }
    }

    @Test("faults of properties, proxies, keys and Slice are told at once")
    func together() async throws {
        try await TemporaryFolder.with { folder in
            try "module M { interface I { void f(Nope x); } }\n".write(
                toFile: "\(folder)/Bad.ice", atomically: true, encoding: .utf8)
            let file = "\(folder)/icegate.yaml"
            try """
            slice: {files: ["\(folder)/Bad.ice", "\(folder)/Missing.ice"]}
            lissten: 1
            services:
              i:
                proxy: "i:tpc -p 1"
            ice:
              Ice.MessageSizeMax: lots
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let run = try await CommandRun.icegate(["check", "--config", file])
            #expect(run.status == 1 && run.lines == [])
            for fault in [
                "\(file):2:1: error: unknown key 'lissten'", "did you mean 'listen'?",
                "\(file):5:12: error: service 'i'",
                "\(file):7:3: error:", "Ice.MessageSizeMax=lots is not a number",
                "Bad.ice:1:33: error: 'Nope' is not defined",
                "Missing.ice: no such file or folder",
            ] {
                #expect(run.errors.contains(fault), "\(fault): \(run.errors)")
            }
        }
    }

    @Test("a taken port says what to do")
    func portTaken() async throws {
        try await GatewayProcess.with(["demo"]) { gateway in
            let port = gateway.client.port
            let run = try await CommandRun.icegate(["demo", "--listen", "127.0.0.1:\(port)"])
            #expect(run.status == 1 && run.errors.contains("hint: another program listens there"), "\(run.errors)")
        }
    }
}
