import Foundation
import Glibc
import IceTesting
import Testing

/// `icegate call` with real Ice servers.
@Suite("icegate call", .timeLimit(.minutes(5))) struct CallCommandTests {
    private static let slice = [
        "--slice", "\(Repository.slice)/Greeter.ice", "--slice", "\(Repository.peers)/Interop.ice",
    ]

    private func call(_ arguments: String...) async throws -> CommandRun {
        try await CommandRun.icegate(["call"] + arguments + Self.slice)
    }

    @Test("results, both kinds of exceptions, and their exit statuses", arguments: Peer.allCases)
    func outcomes(peer: Peer) async throws {
        try await peer.withServer { server in
            let echo = "echo:\(server.endpoint)"
            let greeting = try await call("greeter:\(server.endpoint)", "greet", #"{"name":"Zoë 🙂"}"#)
            #expect(greeting.status == 0 && greeting.errors == "")
            #expect(greeting.lines == [#"{"returnValue":"Hello, Zoë 🙂!"}"#])

            let divided = try await call(echo, "divide", #"{"dividend":7,"divisor":2}"#, "--pretty")
            #expect(divided.status == 0 && divided.lines == ["{", #"  "returnValue": 3,"#, #"  "remainder": 1"#, "}"])
            #expect(try await call(echo, "resetTicks").lines == ["{}"])

            let division = try await call(echo, "divide", #"{"dividend":7,"divisor":0}"#)
            #expect(division.status == 1 && division.lines == [])
            let lines = division.errors.split(separator: "\n")
            #expect(lines.first == "icegate: error: the operation threw ::Interop::DivisionByZero")
            #expect(lines.last?.hasPrefix(#"{"@type":"::Interop::DivisionByZero","reason":"#) == true, "\(lines)")

            for (operation, exception, execution) in [
                ("failUndeclared", "::Ice::UnknownUserException", "executed: the servant ran"),
                ("failUnknown", "::Ice::UnknownException", "executed: the servant ran"),
                ("failNotExist", "::Ice::ObjectNotExistException", "the server's answer"),
            ] {
                let run = try await call(echo, operation)
                #expect(run.status == 2 && run.lines == [], "\(operation)")
                #expect(run.errors.contains("icegate: error: \(exception)"), "\(run.errors)")
                #expect(run.errors.contains(execution), "\(run.errors)")
            }
            let missing = try await call("nobody:\(server.endpoint)", "ice_ping")
            #expect(missing.status == 2 && missing.errors.contains("::Ice::ObjectNotExistException"))
            let facet = try await call("echo -f nothing:\(server.endpoint)", "ice_ping")
            #expect(facet.status == 2 && facet.errors.contains("::Ice::FacetNotExistException"))
        }
    }

    @Test(
        "graphs, optional values, facet, context and encoding 1.0 are as the gateway has them", arguments: Peer.allCases
    )
    func mapping(peer: Peer) async throws {
        try await peer.withServer { server in
            let node = #"{"@type":"::Interop::Node","@id":"1","name":"a","next":{"@ref":"1"}}"#
            for proxy in ["graphs", "graphs -e 1.0"] {
                let run = try await call("\(proxy):\(server.endpoint)", "echoNode", #"{"value":\#(node)}"#)
                #expect(run.lines == [#"{"returnValue":\#(node)}"#], "\(proxy): \(run.errors)")
            }
            let optional = try await call(
                "graphs:\(server.endpoint)", "echoOptional", #"{"value":4,"where":{"x":1,"y":2}}"#)
            #expect(optional.lines == [#"{"returnValue":4,"there":{"x":1,"y":2}}"#], "\(optional.errors)")
            let stranger = try await call("graphs:\(server.endpoint)", "stranger")
            #expect(stranger.text.contains(#""@slices":"#), "\(stranger.errors)")
            let described = try await call(
                "echo -f second:\(server.endpoint)", "describe", "--context", "a=b=c", "--context", "d=")
            #expect(described.text.contains(#""facet":"second""#), "\(described.errors)")
            #expect(described.text.contains(#""context":{"a":"b=c","d":""}"#), "\(described.text)")
        }
    }

    @Test("every object has its four operations, without Slice", arguments: Peer.allCases)
    func builtIn(peer: Peer) async throws {
        try await peer.withServer { server in
            let proxy = "greeter:\(server.endpoint)"
            for (arguments, result) in [
                (["ice_ping"], "{}"), (["ice_id"], #"{"returnValue":"::VisitorCenter::Greeter"}"#),
                (["ice_ids"], #"{"returnValue":["::Ice::Object","::VisitorCenter::Greeter"]}"#),
                (["ice_isA", #"{"id":"::VisitorCenter::Greeter"}"#], #"{"returnValue":true}"#),
                (["ice_isA", #"{"id":"::No::Such"}"#], #"{"returnValue":false}"#),
            ] {
                let run = try await CommandRun.icegate(["call", proxy] + arguments)
                #expect(run.status == 0 && run.lines == [result], "\(arguments): \(run.errors)")
            }
        }
    }

    @Test("TLS with certificates on both sides, and WebSocket", arguments: Peer.allCases, TransportTests.transports)
    func transports(peer: Peer, transport: String) async throws {
        let authority = try TransportTests().authority()
        try await peer.withServer(
            endpoint: "\(transport) -h 127.0.0.1 -p 0", properties: TransportTests.properties(authority, "server")
        ) { server in
            let ice = TransportTests.properties(authority, "client").flatMap { ["--ice", "\($0)=\($1)"] }
            let run = try await CommandRun.icegate(
                ["call", "greeter:\(server.endpoint)", "greet", #"{"name":"alice"}"#] + Self.slice + ice)
            #expect(run.lines == [#"{"returnValue":"Hello, alice!"}"#], "\(run.errors)")
        }
    }

    @Test("oneway and datagram calls are done when they are sent", arguments: Peer.allCases)
    func oneway(peer: Peer) async throws {
        try await peer.withServer { server in
            let run = try await call("echo:\(server.endpoint)", "sleep", #"{"milliseconds":0}"#, "--oneway")
            #expect(run.status == 0 && run.lines == [#"{"sent":true}"#], "\(run.errors)")
            _ = try await server.process.line(containing: "SLEEP")
            let refused = try await call("echo -o:\(server.endpoint)", "describe")
            #expect(refused.status == 64 && refused.errors.contains("need a twoway proxy"))
        }
        try await peer.withServer(endpoint: "udp -h 127.0.0.1 -p 0") { server in
            let run = try await call("echo -d:\(server.endpoint)", "sleep", #"{"milliseconds":0}"#)
            #expect(run.status == 0 && run.lines == [#"{"sent":true}"#], "\(run.errors)")
            _ = try await server.process.line(containing: "SLEEP")
        }
    }

    @Test("IceGrid finds a well-known object")
    func iceGrid() async throws {
        try await IceGrid.with { grid in
            for proxy in ["greeter", "greeter @ Greeters"] {
                let run = try await CommandRun.icegate(
                    ["call", proxy, "greet", #"{"name":"x"}"#, "--ice", "Ice.Default.Locator=\(grid.locator)"]
                        + Self.slice)
                #expect(run.status == 0 && run.lines.count == 1, "\(run.errors)")
            }
            let nobody = try await CommandRun.icegate(
                ["call", "nobody", "ice_ping", "--ice", "Ice.Default.Locator=\(grid.locator)"])
            #expect(nobody.status == 2 && nobody.errors.contains("::Ice::NotRegisteredException"), "\(nobody.errors)")
        }
    }

    @Test("a server that dies meanwhile: it may have been executed", arguments: Peer.allCases)
    func killed(peer: Peer) async throws {
        try await peer.withServer { server in
            let process = try ChildProcess.launch(
                [Repository.icegate, "call", "echo:\(server.endpoint)", "sleep", #"{"milliseconds":600000}"#]
                    + Self.slice + ["--timeout", "10m"])
            try await ending(process) {
                _ = try await server.process.line(containing: "SLEEP")
                server.process.send(SIGKILL)
                let run = try await CommandRun.ended(process)
                #expect(run.status == 2 && run.errors.contains("::Ice::ConnectionLostException"), "\(run.errors)")
                #expect(run.errors.contains("may have been executed"))
            }
        }
    }

    @Test("a time-out and a refused connection are local exceptions")
    func unanswered() async throws {
        try await Peer.cpp37.withServer { server in
            let run = try await call(
                "echo:\(server.endpoint)", "sleep", #"{"milliseconds":600000}"#, "--timeout", "300ms")
            #expect(run.status == 2 && run.errors.contains("::Ice::InvocationTimeoutException"), "\(run.errors)")
        }
        let refused = try await call("echo:tcp -h 127.0.0.1 -p 1", "tick")
        #expect(refused.status == 2 && refused.errors.contains("::Ice::ConnectionRefusedException"))
        #expect(refused.errors.contains("not executed"))
        let nowhere = try await call("echo", "tick")
        #expect(nowhere.status == 2 && nowhere.errors.contains("::Ice::NoEndpointException"))
    }

    @Test(
        "what can't be sent is a usage error that says why",
        arguments: [
            (["greeter:tcp -p 1", "greet", #"{"name":1}"#], "JSON:1:9: error: /name:"),
            (["greeter:tcp -p 1", "greet", #"{"name":"x""#], "JSON:1:12: error:"),
            (["greeter:tcp -p 1", "greet"], "needs its parameters as JSON"),
            (["greeter:tcp -p 1", "great", "{}"], "did you mean 'greet'?"),
            (["greeter:tpc -p 1", "greet", "{}"], "^~~~~~~~"),
            (["", "greet", "{}"], "the proxy is empty"),
            (["greeter:tcp -p 1", "greet", "@/no/such.json"], "/no/such.json: it can't be read"),
            (["greeter:tcp -p 1", "greet", "{}", "--interface", "::No::Such"], "::No::Such is not in the Slice files"),
            (
                ["greeter:tcp -p 1", "greet", "{}", "--slice", "/no/such.ice"],
                "/no/such.ice: error: no such file or folder"
            ),
            (["greeter:tcp -p 1", "greet", "{}", "--config", "/no/such.yaml"], "/no/such.yaml: error:"),
            (["greeter:tcp -p 1", "ice_ping", "--context", "x"], "--context 'x' is not KEY=VALUE"),
            (["greeter:tcp -p 1", "ice_ping", "--ice", "x"], "--ice 'x' is not NAME=VALUE"),
            (
                ["greeter:tcp -p 1", "ice_ping", "--ice", "Ice.MessageSizeMax=x"],
                "Ice.MessageSizeMax=x is not a number"
            ),
            (["greeter:tcp -p 1", "ice_ping", "--timeout", "3"], "--timeout '3' is not a duration"),
            (["greeter:tcp -p 1", "ice_ping", "--nothing"], "--nothing"),
        ])
    func usage(_ arguments: [String], _ complaint: String) async throws {
        let run = try await CommandRun.icegate(["call"] + arguments + Self.slice)
        #expect(run.status == 64 && run.lines == [] && run.errors.contains(complaint), "\(run.status): \(run.errors)")
    }

    @Test("without Slice an operation is unknown")
    func withoutSlice() async throws {
        let run = try await CommandRun.icegate(["call", "greeter:tcp -p 1", "greet", "{}"])
        #expect(run.status == 64 && run.errors.contains("--slice FILE"), "\(run.errors)")
    }

    @Test("without an operation they are listed, with a line to try that works")
    func lists() async throws {
        try await Peer.cpp37.withServer { server in
            let run = try await CommandRun.icegate(
                ["call", "greeter:\(server.endpoint)", "--slice", "\(Repository.slice)/Greeter.ice"])
            #expect(
                run.status == 0 && run.lines.starts(with: ["::VisitorCenter::Greeter", "  string greet(string name)"]))
            let tip = try #require(run.lines.last { $0.hasPrefix("Try: ") })
            let tried = try await CommandRun.bash(String(tip.dropFirst("Try: ".count)))
            #expect(tried.status == 0 && tried.lines == [#"{"returnValue":"Hello, name!"}"#], "\(tried.errors)")
        }
    }

    @Test("of several interfaces those of the target are listed, all when it doesn't answer")
    func listsOwn() async throws {
        let slice = ["--slice", "\(Repository.slice)/Greeter.ice", "--slice", "\(Repository.peers)/Interop.ice"]
        try await Peer.cpp37.withServer { server in
            let run = try await CommandRun.icegate(["call", "greeter:\(server.endpoint)"] + slice)
            #expect(run.lines.filter { $0.hasPrefix("::") } == ["::VisitorCenter::Greeter", "::Ice::Object"])
        }
        let run = try await CommandRun.icegate(["call", "greeter:tcp -h 127.0.0.1 -p 1"] + slice)
        #expect(run.status == 0 && run.lines.contains("::Interop::Echo"), "\(run.lines)")
    }

    @Test("a misspelt service of the configuration is told as that")
    func misspeltService() async throws {
        try await TemporaryFolder.with { folder in
            let file = "\(folder)/icegate.yaml"
            try
                "slice: {files: ['\(Repository.slice)/Greeter.ice']}\nservices: {greeter: {proxy: 'greeter:tcp -p 1'}}\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let run = try await CommandRun.icegate(["call", "greetr", "greet", "{}", "--config", file])
            #expect(run.status == 64 && run.errors.contains("did you mean 'greeter'?"), "\(run.status): \(run.errors)")
        }
    }

    @Test("JSON comes from a file or standard input; services, Slice and properties from a configuration")
    func sources() async throws {
        try await Peer.cpp37.withServer { server in
            try await TemporaryFolder.with { folder in
                let configuration = """
                    slice: {files: ["\(Repository.slice)/Greeter.ice"]}
                    services: {g: {proxy: "greeter:\(server.endpoint)"}}
                    """
                try configuration.write(toFile: "\(folder)/icegate.yaml", atomically: true, encoding: .utf8)
                try #"{"name":"file"}"#.write(toFile: "\(folder)/a.json", atomically: true, encoding: .utf8)
                for (script, name) in [
                    ("icegate call --config '\(folder)/icegate.yaml' g greet '@\(folder)/a.json'", "file"),
                    (
                        "export ICEGATE_CONFIG='\(folder)/icegate.yaml'\necho '{\"name\":\"pipe\"}' | icegate call g greet -",
                        "pipe"
                    ),
                ] {
                    let run = try await CommandRun.bash(script)
                    #expect(run.lines == [#"{"returnValue":"Hello, \#(name)!"}"#], "\(run.errors)")
                }
            }
        }
    }
}
