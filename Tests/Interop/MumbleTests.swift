import Foundation
import Testing

/// An application that others wrote, installed from Debian and driven through HTTP with nothing but its Slice file.
@Suite("In front of a Mumble server", .timeLimit(.minutes(5)))
struct MumbleTests {
    @Test("out-parameters, structs, dictionaries by integer and by enumerator")
    func calls() async throws {
        try await withGateway { mumble, gateway in
            let numbers = mumble.package.version.split { !$0.isNumber }
            try #require(numbers.count >= 3)
            let version = try await gateway.post("meta/getVersion", "")
            #expect(version.status == 200)
            #expect(
                version.body.hasPrefix(
                    #"{"major":\#(numbers[0]),"minor":\#(numbers[1]),"patch":\#(numbers[2]),"text":""#),
                "\(version.body)")

            try await expect(gateway, "server1/addChannel", #"{"name":"Lobby","parent":0}"#, 200, #"{"returnValue":1}"#)
            try await expect(
                gateway, "server1/addChannel", #"{"name":"Rückzug","parent":1}"#, 200, #"{"returnValue":2}"#)
            try await expect(
                gateway, "server1/setChannelState",
                #"{"state":\#(Self.channel(2, "Rückzug", 1, description: "leise"))}"#,
                200, "{}")
            try await expect(
                gateway, "server1/getChannels", "", 200,
                #"{"returnValue":{"0":\#(Self.channel(0, "Root", -1)),"1":\#(Self.channel(1, "Lobby", 0)),"#
                    + #""2":\#(Self.channel(2, "Rückzug", 1, description: "leise"))}}"#)

            try await expect(
                gateway, "server1/registerUser", #"{"info":{"UserName":"alice","UserEmail":"alice@example.org"}}"#, 200,
                #"{"returnValue":1}"#)
            let registration = try await gateway.post("server1/getRegistration", #"{"userid":1}"#)
            #expect(
                registration.body.hasPrefix(
                    #"{"returnValue":{"UserName":"alice","UserEmail":"alice@example.org""#), "\(registration.body)")
            try await expect(
                gateway, "server1/getRegisteredUsers", #"{"filter":"%ali%"}"#, 200, #"{"returnValue":{"1":"alice"}}"#)
            try await expect(
                gateway, "server1/getUserIds", #"{"names":["alice","nobody"]}"#, 200,
                #"{"returnValue":{"alice":1,"nobody":-2}}"#)
            // Base64 in, bytes there, base64 out.
            try await expect(gateway, "server1/setTexture", #"{"userid":1,"tex":"AP/+"}"#, 200, "{}")
            try await expect(gateway, "server1/getTexture", #"{"userid":1}"#, 200, #"{"returnValue":"AP/+"}"#)
        }
    }

    @Test("a tree of class instances")
    func tree() async throws {
        try await withGateway { mumble, gateway in
            for (name, parent) in [("Lobby", 0), ("Corner", 1), ("Hall", 0)] {
                let answer = try await gateway.post("server1/addChannel", #"{"name":"\#(name)","parent":\#(parent)}"#)
                try #require(answer.status == 200, "\(answer.body)")
            }
            func tree(_ channel: String, _ children: String...) -> String {
                #"{"@type":"::\#(mumble.package.module)::Tree","c":\#(channel),"children":["#
                    + children.joined(separator: ",") + #"],"users":[]}"#
            }
            let corner = tree(Self.channel(2, "Corner", 1))
            let lobby = tree(Self.channel(1, "Lobby", 0), corner)
            let hall = tree(Self.channel(3, "Hall", 0))
            let answer = try await gateway.post("server1/getTree", "")
            #expect(answer.status == 200)
            // Channels of the same place come in no particular order.
            let root = Self.channel(0, "Root", -1)
            #expect(
                [tree(root, lobby, hall), tree(root, hall, lobby)].map { #"{"returnValue":\#($0)}"# }
                    .contains(answer.body), "\(answer.body)")
        }
    }

    @Test("a virtual server is made, started, stopped and deleted; proxies come as text, the nil one as null")
    func virtualServers() async throws {
        try await withGateway { mumble, gateway in
            func proxy(_ id: Int) -> String { #""s/\#(id):\#(mumble.endpoint)""# }
            try await expect(gateway, "meta/newServer", "", 200, #"{"returnValue":\#(proxy(2))}"#)
            try await expect(gateway, "meta/getAllServers", "", 200, #"{"returnValue":[\#(proxy(1)),\#(proxy(2))]}"#)
            try await expect(gateway, "meta/getBootedServers", "", 200, #"{"returnValue":[\#(proxy(1))]}"#)
            try await expect(gateway, "meta/getServer", #"{"id":2}"#, 200, #"{"returnValue":\#(proxy(2))}"#)
            try await expect(gateway, "meta/getServer", #"{"id":99}"#, 200, #"{"returnValue":null}"#)

            // By default its port is that of the first one plus one, which may be taken.
            try await expect(gateway, "server2/setConf", #"{"key":"port","value":"0"}"#, 200, "{}")
            try await expect(gateway, "server2/isRunning", "", 200, #"{"returnValue":false}"#)
            try await expect(gateway, "server2/start", "", 200, "{}")
            try await expect(gateway, "server2/isRunning", "", 200, #"{"returnValue":true}"#)
            // They come in no particular order.
            let booted = try await gateway.post("meta/getBootedServers", "")
            #expect(
                ["\(proxy(1)),\(proxy(2))", "\(proxy(2)),\(proxy(1))"].map { #"{"returnValue":[\#($0)]}"# }
                    .contains(booted.body), "\(booted.body)")
            try await expectException(gateway, mumble, "server2/start", "", "ServerBootedException")
            try await expect(gateway, "server2/stop", "", 200, "{}")
            try await expect(gateway, "server2/delete", "", 200, "{}")
            // Asked for its type, this server says yes for objects that it doesn't have.
            let deleted = try await gateway.post("server2/isRunning", "")
            let problem = try deleted.problem()
            #expect(
                problem == ProblemDocument(status: 404, code: "object_not_exist", dispatched: "maybe", retryable: false)
            )
            #expect(deleted.body.contains(#""identity":"s/2""#))
            try await expect(gateway, "meta/getAllServers", "", 200, #"{"returnValue":[\#(proxy(1))]}"#)
        }
    }

    @Test("user exceptions are 422 with their type, that of a wrong, lesser or missing secret too")
    func exceptions() async throws {
        try await withGateway { mumble, gateway in
            for (call, arguments, exception) in [
                ("server1/addChannel", #"{"name":"Nowhere","parent":77}"#, "InvalidChannelException"),
                ("server1/getChannelState", #"{"channelid":77}"#, "InvalidChannelException"),
                ("server1/getRegistration", #"{"userid":77}"#, "InvalidUserException"),
                ("server1/kickUser", #"{"session":77,"reason":""}"#, "InvalidSessionException"),
                ("server1/getConf", #"{"key":"key"}"#, "WriteOnlyException"),
                ("wrong/getChannels", "", "InvalidSecretException"),
                ("none/getChannels", "", "InvalidSecretException"),
                ("reader/addChannel", #"{"name":"Mine","parent":0}"#, "InvalidSecretException"),
            ] {
                try await expectException(gateway, mumble, call, arguments, exception)
            }
            let read = try await gateway.post("reader/getChannels", "")
            #expect(read.status == 200)
        } services: {
            """
              reader:
                proxy: "s/1:\($0.endpoint)"
                interface: "::\($0.package.module)::Server"
                context: {secret: "\(MumbleServer.readSecret)"}
              wrong:
                proxy: "s/1:\($0.endpoint)"
                interface: "::\($0.package.module)::Server"
                context: {secret: "${MUMBLE_SECRET}x"}
              none:
                proxy: "s/1:\($0.endpoint)"
                interface: "::\($0.package.module)::Server"

            """
        }
    }

    @Test("a secret is in no output of the program")
    func secrets() async throws {
        try await MumbleServer.with { mumble in
            let configuration = try Self.page(mumble).configuration + "log: {level: trace}\n"
            let process = try await GatewayProcess.withConfiguration(
                configuration, environment: ["MUMBLE_SECRET": MumbleServer.writeSecret]
            ) { gateway in
                let answer = try await gateway.post("servers/1/getChannels", "")
                #expect(answer.status == 200)
                return gateway.process
            }
            let served = try await (process.remainingLines() + [process.allStandardError()]).joined(separator: "\n")
            #expect(served.contains("told to end") && !served.contains(MumbleServer.writeSecret), "\(served)")

            let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                "icegate-\(UUID().uuidString).yaml")
            try configuration.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            for command in ["check", "routes", "openapi"] {
                let process = try ChildProcess.launch([
                    "/usr/bin/env", "MUMBLE_SECRET=\(MumbleServer.writeSecret)", Repository.icegate, command,
                    "--config", file.path,
                ])
                let lines = await process.remainingLines()
                #expect(try await process.waitForExit() == 0)
                let said = try await lines.joined(separator: "\n") + process.allStandardError()
                #expect(
                    said.contains("/servers/{id}/getTree") && !said.contains(MumbleServer.writeSecret), "\(command)")
            }
            // Without the variable nothing starts, and the message names it.
            let unset = try ChildProcess.launch([
                "/usr/bin/env", "-u", "MUMBLE_SECRET", Repository.icegate, "check", "--config", file.path,
            ])
            #expect(try await unset.waitForExit() == 1)
            #expect(try await unset.allStandardError().contains("environment variable 'MUMBLE_SECRET' is not set"))
        }
    }

    @Test("docs/mumble.md: its configuration makes a REST API")
    func documentation() async throws {
        try await MumbleServer.with { mumble in
            try await GatewayProcess.withConfiguration(
                try Self.page(mumble).configuration, environment: ["MUMBLE_SECRET": MumbleServer.writeSecret]
            ) { gateway in
                func expect(_ method: String, _ path: String, _ body: String, _ status: Int, _ answer: String)
                    async throws
                {
                    let got =
                        method == "GET"
                        ? try await gateway.client.get(path) : try await gateway.client.send(method, path, body)
                    #expect(got.status == status && got.body == answer, "\(method) \(path): \(got.status) \(got.body)")
                }
                try await expect("GET", "servers", "", 200, #"[{"@proxy":"s/1","href":"/servers/1"}]"#)
                try await expect(
                    "POST", "servers/1/channels", #"{"name":"Lobby","parent":0}"#, 201, #"{"returnValue":1}"#)
                try await expect("GET", "servers/1/channels/1", "", 200, Self.channel(1, "Lobby", 0))
                try await expect(
                    "PUT", "servers/1/channels/1",
                    #"{"name":"Hall","parent":0,"links":[],"description":"","temporary":false,"position":0}"#, 204, "")
                try await expect("GET", "servers/1/channels/1", "", 200, Self.channel(1, "Hall", 0))
                try await expect("DELETE", "servers/1/channels/1", "", 204, "")
                try await expect("GET", "servers/1/users", "", 200, "{}")
                for (path, code) in [
                    ("servers/1/channels/1", "user_exception"), ("servers/99/tree", "object_not_exist"),
                ] {
                    let answer = try await gateway.client.get(path)
                    #expect(try answer.status == 404 && answer.problem().code == code, "\(answer.body)")
                }
                // What is denied has no path.
                let denied = try await gateway.post("servers/1/getAllConf", "")
                #expect(try denied.status == 404 && denied.problem().code == "unknown_path", "\(denied.body)")
            }
        }
    }
}

extension MumbleTests {
    // MARK: Support

    /// Runs `body` with a Mumble server and a gateway with services `meta`, `server1` and `server2`.
    ///
    /// - Parameter services: more of them, as YAML.
    private func withGateway(
        _ body: (MumbleServer, GatewayProcess) async throws -> Void, services: (MumbleServer) -> String = { _ in "" }
    ) async throws {
        try await MumbleServer.with { mumble in
            let configuration = try Self.page(mumble).namedServers + services(mumble)
            try await GatewayProcess.withConfiguration(
                configuration, environment: ["MUMBLE_SECRET": MumbleServer.writeSecret]
            ) { try await body(mumble, $0) }
        }
    }

    private static func page(_ mumble: MumbleServer) throws -> MumblePage {
        try MumblePage(
            text: String(contentsOfFile: "\(Repository.root)/docs/mumble.md", encoding: .utf8), for: mumble)
    }

    private func expect(
        _ gateway: GatewayProcess, _ path: String, _ arguments: String, _ status: Int, _ body: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await gateway.post(path, arguments)
        #expect(
            answer.status == status && answer.body == body, "\(path): \(answer.body)", sourceLocation: sourceLocation)
    }

    private func expectException(
        _ gateway: GatewayProcess, _ mumble: MumbleServer, _ path: String, _ arguments: String, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await gateway.post(path, arguments)
        let expected = ProblemDocument(status: 422, code: "user_exception", dispatched: "yes", retryable: false)
        let problem = try answer.problem()
        #expect(answer.status == 422 && problem == expected, sourceLocation: sourceLocation)
        #expect(
            answer.body.contains(#""exception":{"@type":"::\#(mumble.package.module)::\#(name)"}"#),
            "\(path): \(answer.body)", sourceLocation: sourceLocation)
    }

    private static func channel(_ id: Int, _ name: String, _ parent: Int, description: String = "") -> String {
        #"{"id":\#(id),"name":"\#(name)","parent":\#(parent),"links":[],"description":"\#(description)","#
            + #""temporary":false,"position":0}"#
    }
}
