import EventLoop
import Foundation
import Gateway
import Glibc
import IceTesting
import Testing

@Suite("Access log", .timeLimit(.minutes(5))) struct AccessLogTests {
    /// Runs `body` with a gateway that logs into a pipe.
    ///
    /// - Returns: the lines.
    private func lines(
        configure: (inout GatewayConfiguration) -> Void = { _ in }, _ body: (TestGateway) async throws -> Void
    ) async throws -> [[String: Any]] {
        let pipe = try LogPipe()
        defer { pipe.close() }
        let writer = try LogWriter(pipe.writeEnd)
        async let text = onThread { pipe.readToEnd() }
        do {
            try await TestGateway.with(log: writer, configure: configure, body)
        } catch {
            pipe.closeWriteEnd()
            _ = try await text
            throw error
        }
        #expect(try await onThread { writer.close(within: TestGateway.patience) })
        pipe.closeWriteEnd()
        return try await text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    @Test("one line a request, with what an operator asks for")
    func fields() async throws {
        let lines = try await lines { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            _ = try await gateway.client.post(
                "/shop/greet", #"{"name":"x"}"#,
                headers: ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
            _ = try await gateway.client.post("/shop/greet", "{}", headers: ["traceparent": "00-xyz"])
        }
        try #require(lines.count == 2)
        let first = lines[0]
        #expect(first["method"] as? String == "POST" && first["path"] as? String == "/shop/greet")
        #expect(first["status"] as? Int == 200 && first["bytes_in"] as? Int == 12)
        #expect(first["bytes_out"] as? Int == #"{"returnValue":"hi"}"#.utf8.count)
        #expect(first["service"] as? String == "shop" && first["operation"] as? String == "greet")
        #expect(first["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
        #expect(first["duration_ms"] as? Double != nil && first["code"] == nil)
        #expect((first["client"] as? String)?.hasPrefix("127.0.0.1:") == true)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        #expect(formatter.date(from: first["time"] as? String ?? "") != nil)
        #expect(lines[1]["code"] as? String == "missing_member" && lines[1]["status"] as? Int == 400)
        #expect(lines[1]["trace_id"] == nil)
    }

    @Test("queries, header values and bodies are never in it, and no path can leave its line")
    func secrets() async throws {
        let lines = try await lines { gateway in
            _ = try await gateway.client.post(
                "/shop/greet?token=s3cr3t", #"{"name":"s3cr3t"}"#,
                headers: ["Authorization": "Bearer s3cr3t", "Ice-Context": "s3cr3t=s3cr3t"])
            _ = try await gateway.client.send("GET", "/\",\"status\":200}{\\\u{1b}[2J\u{85}é")
            _ = try await gateway.client.send("GET", "/" + String(repeating: "x", count: 5000))
        }
        try #require(lines.count == 3)
        #expect(!"\(lines)".contains("s3cr3t"))
        #expect(lines[1]["path"] as? String == "/%22,%22status%22:200}{%5C%1B[2J%C2%85%C3%A9")
        #expect((lines[2]["path"] as? String)?.count == 1027)
    }

    @Test("what the HTTP layer refuses, and who went before the answer, has a line too")
    func others() async throws {
        let lines = try await lines { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            _ = try await gateway.client.raw(Array("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".utf8))
            _ = try await gateway.client.send("GET", "/livez", headers: ["X": String(repeating: "x", count: 20_000)])
            let close = try await gateway.client.begin(
                Array("POST /shop/hang HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".utf8))
            await gateway.servant.waitForCalls("hang", count: 1)
            close()
            try await gateway.scrape { $0.sum("icegate_requests_total", ["status": "499"]) == 1 }
        }
        // A scrape may be answered before the gateway knows that the client went.
        let others = lines.filter { $0["path"] as? String != "/metrics" }
        #expect(others.map { $0["status"] as? Int } == [400, 431, 499])
        #expect(others.map { $0["code"] as? String } == ["bad_request", "headers_too_large", nil])
        #expect(others.last?["operation"] as? String == "hang")
    }

    @Test("with log.access none there is no line")
    func off() async throws {
        let lines = try await lines(configure: { $0.accessLog = .none }) { gateway in
            let live = try await gateway.client.send("GET", "/livez")
            #expect(live.status == 200)
        }
        #expect(lines.isEmpty)
    }

    @Test("an output that takes nothing holds up nobody: lines are dropped, and counted")
    func blocked() async throws {
        let pipe = try LogPipe()
        defer { pipe.close() }
        let writer = try LogWriter(pipe.writeEnd)
        // More than the pipe holds, and then all that the writer takes.
        let filler = [UInt8](repeating: UInt8(ascii: "\n"), count: LogWriter.capacity)
        #expect(filler.prefix(200_000).withUnsafeBytes { writer.write($0) })
        _ = try await onThread { pipe.readByte() }
        #expect(filler.withUnsafeBytes { writer.write($0) })
        try await TestGateway.with(log: writer) { gateway in
            for _ in 0..<5 { #expect(try await gateway.client.send("GET", "/livez").status == 200) }
            try await gateway.scrape { $0.sum("icegate_access_log_dropped_lines_total") >= 5 }
        }
        #expect(try await onThread { writer.close(within: .zero) } == false)
        async let text = onThread { pipe.readToEnd() }
        #expect(try await onThread { writer.close(within: TestGateway.patience) })
        pipe.closeWriteEnd()
        #expect(try await text.utf8.count == 200_000 - 1 + LogWriter.capacity)
    }
}

/// A pipe whose ends can be closed once each.
///
/// Sendable without a check: a test closes its ends one after another.
private final class LogPipe: @unchecked Sendable {
    private let readEnd: Int32
    let writeEnd: Int32
    private var isWriteEndOpen = true

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError("pipe") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    func readByte() {
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
    }

    func readToEnd() -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(readEnd, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    func closeWriteEnd() {
        if isWriteEndOpen { Glibc.close(writeEnd) }
        isWriteEndOpen = false
    }

    func close() {
        closeWriteEnd()
        Glibc.close(readEnd)
    }
}
