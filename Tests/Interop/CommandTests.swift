import Foundation
import Glibc
import Testing

@Suite("The command line", .timeLimit(.minutes(5))) struct CommandTests {
    private struct Output {
        var status: Int32
        var lines: [String]
        var errors: String

        var text: String { lines.joined(separator: "\n") }
    }

    private func icegate(_ arguments: String...) async throws -> Output {
        let process = try ChildProcess.launch([Repository.icegate] + arguments)
        let lines = await process.remainingLines()
        let status = try await process.waitForExit()
        return Output(status: status, lines: lines, errors: try await process.allStandardError())
    }

    private func withFile<Result>(
        _ text: String, named name: String, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return try await body(file.path)
    }

    private let greeter = "greeter=greeter:tcp -h localhost -p 4061"

    @Test("check prints the routes and starts nothing")
    func check() async throws {
        // With the arguments of serve.
        let output = try await icegate("check", "\(Repository.slice)/Greeter.ice", "--service", greeter, "--watch")
        #expect(output.status == 0 && output.errors == "")
        #expect(output.text.contains("POST    /greeter/greet  ::VisitorCenter::Greeter::greet  twoway  200"))
    }

    @Test("check without a service checks the Slice")
    func checkSlice() async throws {
        let output = try await icegate("check", "\(Repository.slice)/Greeter.ice")
        #expect(output.status == 0 && output.lines.last == "  ::VisitorCenter::Greeter", "\(output.text)")
    }

    @Test("check asks the target when only it knows its interface; when it doesn't answer, the rest is checked")
    func unasked() async throws {
        let slice = "module M { interface I { void f(); } interface J { void g(); } }"
        try await withFile(slice, named: "Two.ice") { file in
            let services = ["--service", "a=a:tcp -h 127.0.0.1 -p 1", "--service", "b=b:tcp -p 1@::M::J"]
            let output = try await icegate("check", file, services[0], services[1], services[2], services[3])
            #expect(output.status == 0 && output.text.contains("/b/g") && !output.text.contains("/a/"))
            #expect(
                output.errors.contains("service 'a': warning: not checked: its interface is not given"),
                "\(output.errors)")
            let served = try await icegate("routes", file, services[0], services[1], services[2], services[3])
            #expect(served.status == 1 && served.errors.contains("service 'a': error: its interface is not given"))
        }
    }

    @Test("a file that the configuration names and that isn't there is told at its place, and where it was searched")
    func missingFiles() async throws {
        let text = """
            slice: {files: [no-such-folder/Nothing.ice]}
            services:
              a: {proxy: "a:tcp -p 1", auth: {api_keys: no-such-keys}}
            tls: {certificate: no-such.crt, key: no-such.key}

            """
        try await withFile(text, named: "icegate.yaml") { file in
            let output = try await icegate("check", "--config", file)
            #expect(output.status == 1)
            for place in [
                "1:17: error: no-such-folder/Nothing.ice: no such file", "3:45: error: no-such-keys: ",
                "4:20: error: no-such.crt: ",
            ] {
                #expect(output.errors.contains("\(file):\(place)"), "\(output.errors)")
            }
            let folder = FileManager.default.currentDirectoryPath
            #expect(output.errors.contains("searched from the working directory, which is \(folder)"))
        }
    }

    @Test("Slice errors are told with place and caret, all of them, and exit with 1")
    func sliceErrors() async throws {
        try await withFile("module M {\n struct S { Nope a; }\n interface I { void f(Nada x); }\n}\n", named: "Bad.ice")
        {
            file in
            let output = try await icegate("check", file)
            #expect(output.status == 1)
            #expect(output.errors.contains("\(file):2:13: error: 'Nope' is not defined"), "\(output.errors)")
            #expect(output.errors.contains("\(file):3:23: error: 'Nada' is not defined"))
            #expect(output.errors.contains("^~~~"))
        }
    }

    @Test("an include that isn't found says how to name its folder")
    func includes() async throws {
        try await withFile("#include <Ice/Nothing.ice>\n", named: "Bad.ice") { file in
            let output = try await icegate("check", file)
            #expect(output.status == 1 && output.errors.contains("-I /usr/share/ice/slice"), "\(output.errors)")
        }
    }

    @Test("faults of the configuration are told with their place, and exit with 1")
    func configurationErrors() async throws {
        try await withFile("listn: 1\nthreads: x\n", named: "icegate.yaml") { file in
            let output = try await icegate("check", "--config", file)
            #expect(output.status == 1)
            #expect(output.errors.contains("\(file):1:1: error: unknown key 'listn'"), "\(output.errors)")
            #expect(output.errors.contains("\(file):2:10: error: 'threads'"))
        }
    }

    @Test(
        "what can't be done says why, and exits with 1",
        arguments: [
            (["serve"], "no Slice file"),
            (["serve", "SLICE/Greeter.ice"], "no service"),
            (["serve", "/no/such.ice"], "no such file or folder"),
            (["check", "SLICE/Greeter.ice", "--service", "docs=x:tcp -p 1"], "'docs' is reserved"),
            (["check", "SLICE/Greeter.ice", "--service", "nothing"], "'nothing' is not NAME=PROXY"),
            (
                ["check", "SLICE/Greeter.ice", "--service", "g=x:tcp -p 1@::No::Such"],
                "::No::Such is not in the Slice files"
            ),
            (
                ["check", "SLICE/Greeter.ice", "--service", "g=x:tcp -p 1", "--service", "g=y:tcp -p 1"],
                "the service 'g' is given twice"
            ),
            (["check", "--config", "/no/such.yaml"], "can't be read"),
            (
                ["init", "SLICE/Greeter.ice", "-I", "/a/${HOME}", "-o", "-"],
                "'/a/${HOME}' can't stand in a configuration"
            ),
            (["check", "SLICE/Greeter.ice", "--listen", "nowhere"], "'nowhere' is not ADDRESS:PORT"),
            (["check", "SLICE/Greeter.ice", "--threads", "-1"], "threads"),
            (["health", "http://127.0.0.1:1"], "Connection refused"),
        ])
    func complaints(_ arguments: [String], _ complaint: String) async throws {
        let process = try ChildProcess.launch(
            [Repository.icegate] + arguments.map { $0.replacingOccurrences(of: "SLICE", with: Repository.slice) })
        _ = await process.remainingLines()
        let status = try await process.waitForExit()
        let errors = try await process.allStandardError()
        #expect(status != 0 && errors.contains(complaint), "\(status): \(errors)")
    }

    @Test("a full disk, and files that never end, are told", .timeLimit(.minutes(5)))
    func files() async throws {
        let slice = "slice/Greeter.ice"
        for (command, status, complaint) in [
            ("check \(slice) > /dev/full", 1, "standard output: No space left on device"),
            ("openapi \(slice) --service '\(greeter)' > /dev/full", 1, "standard output: No space left on device"),
            ("init \(slice) --force -o /dev/full", 1, "No space left on device"),
            ("check --config /dev/zero", 1, "larger than 64 MiB"),
            ("call 'g:tcp -p 1' --slice \(slice) greet - < /dev/zero", 64, "larger than 64 MiB"),
            ("call 'g:tcp -p 1' --slice \(slice) greet @/dev/zero", 64, "larger than 64 MiB"),
        ] as [(String, Int32, String)] {
            let run = try await CommandRun.bash("icegate \(command)")
            #expect(run.status == status && run.errors.contains(complaint), "\(command): \(run.status) \(run.errors)")
        }
    }

    @Test("an unknown flag is a usage error")
    func usage() async throws {
        let output = try await icegate("serve", "--nonsense")
        #expect(output.status == 64 && output.errors.contains("--nonsense"))
    }

    @Test("openapi writes YAML or JSON, to a file or standard output")
    func openapi() async throws {
        let yaml = try await icegate("openapi", "\(Repository.slice)/Greeter.ice", "--service", greeter)
        #expect(yaml.status == 0 && yaml.lines.first == "openapi: 3.1.0")
        let json = try await icegate(
            "openapi", "\(Repository.slice)/Greeter.ice", "--service", greeter, "--format", "json")
        let object = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
        #expect(object?["openapi"] as? String == "3.1.0")
        try await withFile("", named: "out.json") { file in
            let written = try await icegate(
                "openapi", "\(Repository.slice)/Greeter.ice", "--service", greeter, "-o", file)
            #expect(written.status == 0 && written.lines == [])
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("{"))
        }
    }

    @Test("routes prints the table")
    func routes() async throws {
        let output = try await icegate("routes", "\(Repository.slice)/Greeter.ice", "--service", greeter)
        #expect(output.status == 0 && output.lines.count == 2)
    }

    @Test("health follows readiness, and the address may come from the environment's form of listen")
    func health() async throws {
        try await GatewayProcess.with(["demo"]) { gateway in
            let ready = try await icegate("health", "http://127.0.0.1:\(gateway.client.port)")
            #expect(ready.status == 0 && ready.text.contains("200"))
            let live = try await icegate("health", "127.0.0.1:\(gateway.client.port)/livez")
            #expect(live.status == 0)
            let wrong = try await icegate("health", "127.0.0.1:\(gateway.client.port)/nothing")
            #expect(wrong.status == 1)
        }
    }

    @Test("health asks where the configuration file of the environment says")
    func healthOfFile() async throws {
        try await GatewayProcess.with(["demo"]) { gateway in
            try await withFile("listen: 0.0.0.0:\(gateway.client.port)\n", named: "icegate.yaml") { file in
                let process = try ChildProcess.launch([
                    "/usr/bin/env", "ICEGATE_CONFIG=\(file)", Repository.icegate, "health",
                ])
                _ = await process.remainingLines()
                #expect(try await process.waitForExit() == 0)
            }
        }
    }

    @Test("a taken port is an error, not a crash")
    func portTaken() async throws {
        try await GatewayProcess.with(["demo"]) { gateway in
            let second = try await icegate("demo", "--listen", "127.0.0.1:\(gateway.client.port)")
            #expect(second.status == 1 && second.errors.contains("Address already in use"), "\(second.errors)")
        }
    }

    @Test(
        "the Slice files of Debian's packages load", arguments: ["/usr/share/slice/Murmur.ice", "/usr/share/ice/slice"])
    func debianSlice(_ path: String) async throws {
        let files: [String]
        if path.hasSuffix(".ice") {
            files = [path]
        } else {
            let enumerator = try #require(
                FileManager.default.enumerator(atPath: path), "zeroc-ice-slice is not installed")
            files = enumerator.compactMap { $0 as? String }.filter { $0.hasSuffix(".ice") }.map { "\(path)/\($0)" }
            #expect(files.count > 50)
        }
        let process = try ChildProcess.launch(
            [Repository.icegate, "check", "-I", "/usr/share/ice/slice"] + files.sorted())
        _ = await process.remainingLines()
        let status = try await process.waitForExit()
        let errors = try await process.allStandardError()
        #expect(status == 0, "\(errors)")
    }
}
