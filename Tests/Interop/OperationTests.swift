import Foundation
import Glibc
import IceTesting
import Testing

@Suite("Operation of the built binary", .timeLimit(.minutes(5))) struct OperationTests {
    /// Runs `body` with a gateway in front of a mock, configured by a file.
    private func withGateway(
        _ options: [String] = [], _ body: (GatewayProcess, ConfigurationFile) async throws -> Void
    ) async throws {
        let mock = try ChildProcess.launch(
            [Repository.icegate, "mock", "\(Repository.slice)/Greeter.ice", "--endpoints", "tcp -h 127.0.0.1 -p 0"],
            endsWithInput: false)
        try await ending(mock) {
            let line = try await mock.line(containing: "tcp -h 127.0.0.1 -p ")
            let proxy = try #require(line.firstRange(of: "  ").map { String(line[$0.upperBound...]) })
            try await TemporaryFolder.with { folder in
                let file = ConfigurationFile(path: folder + "/icegate.yaml", proxy: proxy)
                try file.write(service: "greeter")
                try await GatewayProcess.with(["serve", "--config", file.path] + options) { try await body($0, file) }
            }
        }
    }

    private struct ConfigurationFile {
        let path: String
        let proxy: String

        func write(service: String, more: String = "") throws {
            let text = """
                threads: 2
                slice: {files: ["\(Repository.slice)/Greeter.ice"]}
                services: {\(service): {proxy: "\(proxy)"}}
                \(more)

                """
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private func greet(_ service: String, _ gateway: GatewayProcess) async throws -> Int {
        try await gateway.post("\(service)/greet", #"{"name":"x"}"#).status
    }

    /// The value of a sample without labels, or with them as the page writes them.
    private func metric(_ name: String, _ gateway: GatewayProcess) async throws -> Double {
        let page = try await gateway.client.get("metrics").body
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "\(name)")
        return try #require(Double(line.dropFirst(name.utf8.count + 1)), "\(line)")
    }

    private func waitForReloads(_ result: String, _ count: Double, _ gateway: GatewayProcess) async throws {
        while try await metric(#"icegate_reloads_total{result="\#(result)"}"#, gateway) < count {
            try Task.checkCancellation()
        }
    }

    @Test("SIGHUP loads everything anew; a fault keeps the old set and says where it is")
    func hangup() async throws {
        try await withGateway { gateway, file in
            #expect(try await greet("greeter", gateway) == 200)
            try file.write(service: "hello")
            #expect(try await greet("hello", gateway) == 404)
            gateway.process.send(SIGHUP)
            try await waitForReloads("success", 1, gateway)
            #expect(try await greet("hello", gateway) == 200)
            #expect(try await greet("greeter", gateway) == 404)
            #expect(try await gateway.client.get("openapi.json").body.contains("/hello/greet"))
            try file.write(service: "again", more: "limits: {header: 4KiB}\nnonsense: 1")
            gateway.process.send(SIGHUP)
            try await waitForReloads("failure", 1, gateway)
            #expect(try await greet("hello", gateway) == 200)
            #expect(gateway.process.standardError.contains("\(file.path):5:1: error: unknown key 'nonsense'"))
            #expect(!gateway.process.standardError.contains("needs a restart"), "nothing of a faulty set is new")
            try file.write(service: "again", more: "limits: {header: 4KiB}")
            gateway.process.send(SIGHUP)
            try await waitForReloads("success", 2, gateway)
            #expect(try await greet("again", gateway) == 200)
            #expect(gateway.process.standardError.contains("'limits.header' needs a restart"))
        }
    }

    @Test("--watch sees a changed file")
    func watch() async throws {
        try await withGateway(["--watch"]) { gateway, file in
            try file.write(service: "hello")
            try await waitForReloads("success", 1, gateway)
            #expect(try await greet("hello", gateway) == 200)
        }
    }

    @Test("--watch goes on when the folder of Slice files is replaced", arguments: ["", "/"])
    func replacedFolder(_ slash: String) async throws {
        try await TemporaryFolder.with { folder in
            func write(_ operation: String, in name: String) throws {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                try "module M { interface I { void \(operation)(); } }"
                    .write(toFile: "\(folder)/\(name)/I.ice", atomically: true, encoding: .utf8)
            }
            try write("first", in: "slice")
            try write("second", in: "next")
            try await GatewayProcess.with([
                "serve", "\(folder)/slice\(slash)", "--service", "i=i:tcp -h 127.0.0.1 -p 1", "--watch",
            ]) { gateway in
                func served(_ operation: String) async throws {
                    while !(try await gateway.client.get("openapi.json").body.contains("/i/\(operation)")) {
                        try Task.checkCancellation()
                    }
                }
                try await served("first")
                #expect(rename("\(folder)/slice", "\(folder)/old") == 0)
                #expect(rename("\(folder)/next", "\(folder)/slice") == 0)
                try await served("second")
                try write("third", in: "slice")
                try await served("third")
                try FileManager.default.removeItem(atPath: "\(folder)/slice")
                try write("fourth", in: "slice")
                try await served("fourth")
            }
        }
    }

    @Test("reloads leave no descriptor, no thread and no memory behind")
    func leaks() async throws {
        try await withGateway { gateway, _ in
            func reload(_ range: ClosedRange<Int>) async throws {
                for count in range {
                    gateway.process.send(SIGHUP)
                    try await waitForReloads("success", Double(count), gateway)
                    #expect(try await greet("greeter", gateway) == 200)
                }
            }
            try await reload(1...10)
            let memory = try await metric("process_resident_memory_bytes", gateway)
            // Old connections may still be at their closing.
            let (descriptors, threads) = try await settled(gateway)
            try await reload(11...50)
            while true {
                let now = try await settled(gateway)
                if now.descriptors <= descriptors, now.threads <= threads { break }
                try Task.checkCancellation()
            }
            #expect(try await metric("process_resident_memory_bytes", gateway) < memory + 32 * 1_048_576)
        }
    }

    /// The smallest numbers of some scrapes.
    private func settled(_ gateway: GatewayProcess) async throws -> (descriptors: Double, threads: Double) {
        var least = (descriptors: Double.infinity, threads: Double.infinity)
        for _ in 0..<20 {
            least.descriptors = min(least.descriptors, try await metric("process_open_fds", gateway))
            least.threads = min(least.threads, try await metric("process_threads", gateway))
        }
        return least
    }

    @Test("a second SIGTERM ends a drain at once")
    func secondTermination() async throws {
        let peer = try RawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveToEnd()
        }
        let proxy = peer.proxy()
        let process = try ChildProcess.launch(
            [
                Repository.icegate, "serve", "\(Repository.slice)/Greeter.ice", "--listen", "127.0.0.1:0", "--service",
                "greeter=\(proxy)",
            ], endsWithInput: false)
        try await ending(process) {
            let line = try await process.line(containing: "listening on ")
            let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
            let gateway = GatewayProcess(process: process, client: HTTPClient(port: port))
            let held = Task { try await gateway.post("greeter/greet", #"{"name":"x"}"#) }
            while try await metric(#"icegate_target_in_flight{service="greeter"}"#, gateway) < 1 {
                try Task.checkCancellation()
            }
            process.send(SIGTERM)
            while !process.standardError.contains("told to end") {
                try Task.checkCancellation()
                await Task.yield()
            }
            process.send(SIGTERM)
            #expect(try await process.waitForExit() == -SIGTERM)
            _ = await held.result
        }
    }

    @Test("the access log is on standard output, a JSON object a line")
    func accessLog() async throws {
        try await withGateway { gateway, _ in
            #expect(try await greet("greeter", gateway) == 200)
            let line = try await gateway.process.line(containing: #""path":"/greeter/greet""#)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["status"] as? Int == 200 && object["operation"] as? String == "greet")
        }
    }
}
