import Foundation
import Gateway
import IceTesting
import Testing

@Suite("Metrics", .timeLimit(.minutes(5))) struct MetricsTests {
    private static let total = "icegate_requests_total"

    @Test("every request is counted once, under its operation, method, status and code")
    func counts() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            for _ in 0..<3 { #expect(try await gateway.client.post("/shop/greet", #"{"name":"x"}"#).status == 200) }
            #expect(try await gateway.client.post("/shop/greet", "{}").status == 400)
            #expect(try await gateway.client.send("GET", "/shop/greet").status == 405)
            #expect(try await gateway.client.post("/nobody/greet", #"{"name":"x"}"#).status == 404)
            #expect(try await gateway.client.send("GET", "/livez").status == 200)
            let metrics = try await gateway.scrape()
            let greet = ["service": "shop", "operation": "greet"]
            func count(_ labels: [String: String]) -> Double? {
                metrics[Self.total, greet.merging(labels) { $1 }]
            }
            #expect(count(["method": "POST", "status": "200"]) == 3)
            #expect(count(["method": "POST", "status": "400", "code": "missing_member"]) == 1)
            #expect(count(["method": "GET", "status": "405", "code": "method_not_allowed"]) == 1)
            #expect(
                count(["service": "nobody", "method": "POST", "status": "404", "code": "object_not_exist"]) == 1)
            #expect(metrics[Self.total, ["operation": "/livez", "method": "GET", "status": "200"]] == 1)
            #expect(metrics.sum(Self.total) == 7)
            #expect(metrics["icegate_request_duration_seconds_count", greet] == 5)
            #expect(metrics["icegate_request_body_bytes_total", greet] == Double(3 * #"{"name":"x"}"#.utf8.count + 2))
            #expect(metrics.sum("icegate_response_body_bytes_total", greet) > 3 * 20)
            // The scrape itself waits for its answer.
            #expect(metrics["icegate_requests_in_flight", [:]] == 1)
            #expect(metrics["icegate_target_connections", ["service": "shop"]] == 1)
            #expect(metrics["icegate_build_info", ["version": "1.2.3"]] == 1)
        }
    }

    @Test("all loops are summed up, while they serve")
    func loops() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<25 {
                            let answer = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
                            #expect(answer.status == 200)
                            _ = try await gateway.scrape()
                        }
                    }
                }
                try await group.waitForAll()
            }
            let metrics = try await gateway.scrape()
            #expect(metrics.sum(Self.total, ["service": "shop", "operation": "greet", "status": "200"]) == 200)
            #expect(metrics.sum(Self.total, ["operation": "/metrics"]) == 200)
        }
    }

    @Test("clients can't make series, however they name paths and methods")
    func cardinality() async throws {
        try await TestGateway.with { gateway in
            for index in 0..<50 {
                let answer = try await gateway.client.send("M\(index)", "/x\(index)/\"\\%0A")
                #expect(answer.status == 404)
                #expect(try await gateway.client.send("GET", "/livez/\(index)").status == 404)
            }
            let metrics = try await gateway.scrape()
            #expect(metrics[Self.total, ["method": "other", "status": "404", "code": "unknown_path"]] == 50)
            #expect(metrics.samples(Self.total).count == 2)
        }
    }

    @Test("a templated service is one, however many objects are called")
    func templates() async throws {
        let dead = try DeafPort()
        try await TestGateway.with(proxies: ["shops/{id}": "shops/{id}:tcp -h 127.0.0.1 -p \(dead.port)"]) { gateway in
            for id in 0..<20 { #expect(try await gateway.client.post("/shops/\(id)/hang", "").status == 503) }
            let metrics = try await gateway.scrape()
            let labels = ["service": "shops/{id}", "operation": "hang"]
            #expect(metrics.samples(Self.total).count == 1 && metrics.sum(Self.total, labels) == 20)
            #expect(metrics.samples("icegate_target_in_flight", ["service": "shops/{id}"]).count == 1)
        }
        withExtendedLifetime(dead) {}
    }

    @Test("what the HTTP layer refuses is counted, with its code, and takes no time")
    func refusals() async throws {
        try await TestGateway.with(configure: { $0.limits.body = 100 }) { gateway in
            let long = String(repeating: "x", count: 20_000)
            #expect(try await gateway.client.post("/shop/greet", String(long.prefix(101))).status == 413)
            #expect(try await gateway.client.send("GET", "/livez", headers: ["X": long]).status == 431)
            #expect(try await gateway.client.raw(Array("NONSENSE\r\n\r\n".utf8)).status == 400)
            let metrics = try await gateway.scrape()
            #expect(metrics.sum(Self.total, ["status": "413", "code": "body_too_large"]) == 1)
            #expect(metrics.sum(Self.total, ["status": "431", "code": "headers_too_large"]) == 1)
            #expect(metrics.sum(Self.total, ["status": "400", "code": "bad_request"]) == 1)
            #expect(metrics.sum("icegate_request_duration_seconds_count") == 0)
        }
    }

    @Test("a client that went before its answer is a 499; meanwhile its call is in flight")
    func clientGone() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            let close = try await gateway.client.begin(
                Array("POST /shop/hang HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".utf8))
            await gateway.servant.waitForCalls("hang", count: 1)
            let during = try await gateway.scrape()
            #expect(during["icegate_target_in_flight", ["service": "shop"]] == 1)
            #expect(during["icegate_requests_in_flight", [:]] == 2 && during["icegate_client_connections", [:]] == 2)
            close()
            try await gateway.scrape { $0.sum(Self.total, ["operation": "hang", "status": "499"]) == 1 }
            let after = try await gateway.scrape()
            #expect(after["icegate_target_in_flight", ["service": "shop"]] == 0)
            #expect(after["icegate_requests_in_flight", [:]] == 1)
        }
    }

    @Test("the process is described by Prometheus' conventions")
    func process() async throws {
        try await TestGateway.with { gateway in
            let metrics = try await gateway.scrape()
            let start = try #require(metrics["process_start_time_seconds", [:]])
            #expect(start > 1_700_000_000 && start <= Date().timeIntervalSince1970 + 1)
            for name in [
                "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds",
                "process_virtual_memory_bytes", "process_threads",
            ] {
                #expect(metrics[name, [:]] ?? 0 > 0, "\(name)")
            }
        }
    }
}
