import Foundation
import Glibc
import Testing

/// What the gateway tells a service manager, as systemd with `Type=notify`.
@Suite("The service manager", .timeLimit(.minutes(5)))
struct ServiceManagerTests {
    @Test("is told of the start, of a reload and of the end", arguments: ["path", "abstract", "long"])
    func life(kind: String) async throws {
        try await TemporaryFolder.with { folder in
            let name = "@icegate-\(UUID().uuidString)"
            // As long as such a name can be.
            let filled = kind == "long" ? name + String(repeating: "x", count: 108 - name.utf8.count) : name
            let path = kind == "path" ? "\(folder)/notify" : filled
            let manager = try NotifySocket(path)
            let configuration = """
                slice: {files: ["\(Repository.slice)/Greeter.ice"]}
                services: {greeter: {proxy: "greeter:tcp -h 127.0.0.1 -p 4061", interface: "::VisitorCenter::Greeter"}}
                """
            try await GatewayProcess.withConfiguration(configuration, environment: ["NOTIFY_SOCKET": manager.name]) {
                gateway in
                let started = try await manager.next()
                #expect(started == ["READY=1"])
                // Requests are answered by then.
                let answer = try await gateway.client.get("livez")
                #expect(answer.status == 200)
                gateway.process.send(SIGHUP)
                let reloading = try await manager.next()
                #expect(reloading.first == "RELOADING=1")
                let times = reloading.compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }
                #expect(reloading.last?.hasPrefix("MONOTONIC_USEC=") == true && (times.last ?? 0) > 1)
                let reloaded = try await manager.next()
                #expect(reloaded == ["READY=1"])
            }
            let ended = try await manager.next()
            #expect(ended == ["STOPPING=1"])
        }
    }

    @Test("that isn't there is no fault", arguments: ["/nonexistent/notify", "nonsense", "@"])
    func nobody(name: String) async throws {
        try await GatewayProcess.with(["demo"], environment: ["NOTIFY_SOCKET": name]) { gateway in
            let answer = try await gateway.post("greeter/greet", #"{"name":"alice"}"#)
            #expect(answer.status == 200)
        }
    }

    @Test("that reads nothing holds nobody up for ever")
    func deaf() async throws {
        let manager = try NotifySocket("@icegate-\(UUID().uuidString)")
        try manager.fill()
        try await GatewayProcess.with(["demo"], environment: ["NOTIFY_SOCKET": manager.name]) { gateway in
            let answer = try await gateway.post("greeter/greet", #"{"name":"alice"}"#)
            #expect(answer.status == 200)
        }
    }

    @Test("the demo's servant greets as it is told, and refuses what is no property")
    func demo() async throws {
        let arguments = ["demo", "--greeting", "Ahoy", "--ice", "Demo.PublishedEndpoints=tcp -h 127.0.0.1 -p 1"]
        let servant = try ChildProcess.launch(
            [Repository.icegate] + arguments + ["--servant-only"], endsWithInput: false)
        let line = try await servant.line(containing: "Ice servant: ")
        #expect(line == "Ice servant: greeter:tcp -h 127.0.0.1 -p 1")
        try await servant.end()
        try await GatewayProcess.with(["demo", "--greeting", "Ahoy"]) { gateway in
            let answer = try await gateway.post("greeter/greet", #"{"name":"alice"}"#)
            #expect(answer.body == #"{"returnValue":"Ahoy, alice!"}"#)
        }
        let wrong = try ChildProcess.launch([Repository.icegate, "demo", "--ice", "nonsense"])
        let status = try await wrong.waitForExit()
        let errors = try await wrong.allStandardError()
        #expect(status == 64 && errors.contains("'nonsense' is not NAME=VALUE"), "\(errors)")
    }
}
