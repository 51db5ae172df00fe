import Foundation
import Ice
import Slice
import Testing

@testable import Gateway
@testable import IcegateCommands

@Suite("What is said about faults") struct ReportTests {
    private func report(_ yaml: String, environment: [String: String] = [:]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString).yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(yaml, file: file.path, environment: environment, to: &configuration)
        return ConfigurationReport(errors).text.replacingOccurrences(of: file.path, with: "FILE")
    }

    @Test(
        "each fault has its line, a caret below the value and what to do",
        arguments: [
            (
                "listn: x\n", "FILE:1:1: error: unknown key 'listn'",
                "    listn: x\n    ^~~~~\n    hint: did you mean 'listen'?"
            ),
            (
                "threads: many # no\n", "FILE:1:10: error:",
                "    threads: many # no\n             ^~~~\n    hint: as threads: 0"
            ),
            ("timeout: 3s\n", "FILE:1:1: error:", "hint: such a key there is elsewhere: services.NAME.timeout"),
            ("log: {access: jsn}\n", "FILE:1:15: error:", "                  ^~~\n    hint: did you mean 'json'?"),
            ("cors: {origins: \"*\"}\n", "FILE:1:17: error:", "^~~\n    hint: as origins: [one, another]"),
            (
                "listen: ${NO_SUCH}\n", "variable 'NO_SUCH' is not set",
                "hint: set it before icegate starts: export NO_SUCH=…"
            ),
            (
                "a: b: c\n", "FILE:1:5: error: YAML:",
                "    a: b: c\n        ^\n    hint: a text with ': ' in it needs quotes"
            ),
            ("json:\n\tdepth: 1\n", "FILE:2:1: error: YAML:", "not by tabs"),
            ("listen: \"x\n", "error: YAML:", "hint: a quote is opened and not closed"),
        ])
    func faults(_ yaml: String, _ message: String, _ rest: String) throws {
        let text = try report(yaml)
        #expect(text.contains(message) && text.contains(rest), "\(text)")
    }

    @Test("all faults are told, from top to bottom")
    func order() throws {
        let text = try report("x1: 1\nlog: {level: loud}\nx2: 1\nthreads: x\n")
        let lines = text.split(separator: "\n").compactMap { $0.firstMatch(of: /^FILE:(\d+):/)?.1 }
        #expect(lines == ["1", "2", "3", "4"])
    }

    @Test("a line that may hold a secret is not shown")
    func secrets() throws {
        for yaml in [
            "json: {slices_key: hunter2, depth: x}\n", "ice: {IceSSL.Password: [hunter2]}\n",
            "ice:\n  Own.Pass: [hunter2]\n", "services:\n  g:\n    context:\n      sid: [hunter2]\n",
            "services: {g: {proxy: x, context: {sid: hunter2}, timout: 1s}}\n",
            "services:\n  g:\n    proxy: x\n    auth:\n      api_keys:\n        - hunter2\n        - [hunter2]\n",
        ] {
            let text = try report(yaml)
            #expect(text.contains("FILE:") && !text.contains("hunter2"), "\(text)")
        }
    }

    @Test("a line of a file of API keys is not shown")
    func keyFiles() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString).yaml")
        try "alice:hunter2\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        var configuration = GatewayConfiguration()
        var service = ServiceConfiguration(name: "g", proxy: "g:tcp -p 1")
        service.authentication = ServiceConfiguration.Authentication(apiKeys: file.path)
        configuration.services = [service]
        let model = try #require(SliceCompiler.compile(source: "module M { interface I {} }", name: "M.ice").model)
        let communicator = try Communicator()
        let errors = GatewayLoader(communicator: communicator).load(configuration, model: model).errors
        await communicator.destroy()
        let text = ConfigurationReport(errors).text
        #expect(text.hasPrefix("\(file.path):1:") && !text.contains("hunter2"), "\(text)")
    }

    @Test(
        "faults in Slice say what to do",
        arguments: [
            ("#include <Ice/Nothing.ice>\n", "apt install zeroc-ice-slice, then -I /usr/share/ice/slice"),
            ("#include \"other.ice\"\n", "-I FOLDER"),
            ("module M { struct S { String a; } }\n", "hint: in Slice that is string"),
            ("module M { struct S { int64 a; } }\n", "hint: in Slice that is long"),
            ("module M { struct S { Foo a; } }\n", "is an #include missing"),
            ("module A { struct Point { int x; } struct S { Pont a; } }\n", "note: did you mean '::A::Point'?"),
            (
                "module A { enum Colour { Red } } module B { struct S { Colour a; } }\n",
                "note: did you mean '::A::Colour'?"
            ),
        ])
    func slice(_ source: String, _ hint: String) throws {
        let compilation = SliceCompiler.compile(source: source, name: "Bad.ice")
        var report = ConfigurationReport([])
        report.add(compilation.diagnostics, include: [])
        #expect(
            report.text.contains("Bad.ice:1:") && report.text.contains("^") && report.text.contains(hint),
            "\(report.text)")
    }
}
