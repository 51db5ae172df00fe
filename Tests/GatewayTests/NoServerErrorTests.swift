import EventLoop
import Gateway
import Ice
import IceEncoding
import Slice
import Synchronization
import Testing

/// Whatever a client sends, it is not the server's fault: what the gateway refuses by itself is never 5xx.
@Suite(.timeLimit(.minutes(5))) struct NoServerErrorTests {
    private static let bodies = [
        #"{"name":"x"}"#, #"{"a":1,"b":-2}"#, #"{"items":[{"sku":"a","qty":-1,"price":0.1,"color":"blue"}]}"#,
        #"{"tree":{"@type":"::Test::Tree","name":"é","next":{"@ref":"1"},"@id":"1"}}"#,
        #"{"target":"x -t:tcp -h h -p 1"}"#,
        #"{"sku":"\ud83d\ude00","qty":1e2}"#, "", "null", "[]", #"{"text":"\u0000"}"#,
    ]
    private static let paths = [
        "/shop/greet", "/shop/add", "/shop/echoItems", "/shop/buy", "/shop/replant", "/shop/forward", "/shop/note",
        "/shop/%67reet", "/shop", "/", "/livez", "/openapi.json", "/invocations/1", "/docs", "/metrics",
    ]
    private static let values = [
        "application/json", "text/plain; charset=utf-8", "q=0", "*/*", "oneway", "batch-oneway", "datagram", "1", "-1",
        "99999999999999999999", "k=v", "%zz", "f", "respond-async", "wait=5", "http://x", "identity", "",
    ]

    @Test("any body, path, query and fields", arguments: [1, 2, 3, 4] as [UInt64])
    func anything(_ seed: UInt64) async throws {
        let statuses = try await onThread { try Self.statuses(seed, count: 20_000) }
        #expect(statuses.keys.allSatisfy { $0 < 500 }, "\(statuses)")
        // Some became invocations, some were refused.
        #expect((statuses[0] ?? 0) > 0 && (statuses[400] ?? 0) > 0 && (statuses[404] ?? 0) > 0, "\(statuses)")
    }

    /// How often which status came; 0 is an invocation.
    private static func statuses(_ seed: UInt64, count: Int) throws -> [Int: Int] {
        var random = SplitMix64(seed: seed)
        let requests = (0..<count).map { _ in AnyRequest(&random) }
        let thread = try LoopThread(try EventLoop(), name: "any")
        let communicator = try Communicator(loops: [thread.loop])
        // Its requests wait for a connection and are cancelled before there is one.
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "shop", proxy: "shop:tcp -h 127.0.0.1 -p 1")]
        let slice = TestGateway.slice.replacing("int odd(out int returnValue);", with: "")
        let model = try #require(SliceCompiler.compile(source: slice, name: "Test.ice").model)
        let gateway = try #require(GatewayLoader(communicator: communicator).load(configuration, model: model).gateway)
        let statuses = Mutex<[Int: Int]>([:])
        let done = Countdown(1)
        thread.loop.execute {
            let shard = GatewayShard(gateway: gateway, loop: thread.loop, communicator: communicator)
            for request in requests {
                let status = request.handle(shard)
                statuses.withLock { $0[status, default: 0] += 1 }
            }
            done.down()
        }
        _ = done.wait()
        communicator.destroyAndWait()
        thread.stopAndJoin()
        return statuses.withLock { $0 }
    }

    /// A request that is a little or very wrong.
    private struct AnyRequest: Sendable {
        var method = HTTPRequest.Method.post
        var path: [UInt8]
        var query: [UInt8]?
        var body: [UInt8]
        var fields: [(field: Int, value: [UInt8])] = []

        init(_ random: inout SplitMix64) {
            func pick(_ texts: [String], _ random: inout SplitMix64) -> [UInt8] {
                var bytes = Array((texts.randomElement(using: &random) ?? "").utf8)
                guard Int.random(in: 0..<3, using: &random) == 0 else { return bytes }
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0...bytes.count, using: &random)
                    let byte = UInt8.random(in: 0...255, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes.insert(byte, at: place)
                    case 1: bytes.removeSubrange(place...)
                    default: if place < bytes.count { bytes[place] = byte }
                    }
                }
                return bytes
            }
            if Int.random(in: 0..<10, using: &random) == 0 {
                method = [.get, .head, .put, .patch, .delete, .options, .other].randomElement(using: &random) ?? .get
            }
            path = pick(NoServerErrorTests.paths, &random)
            body = pick(NoServerErrorTests.bodies, &random)
            if Bool.random(using: &random) { query = pick(NoServerErrorTests.bodies, &random) }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                fields.append((Int.random(in: 0..<9, using: &random), pick(NoServerErrorTests.values, &random)))
            }
        }

        /// - Returns: the status; 0 when it became an invocation, which is then cancelled.
        func handle(_ shard: GatewayShard) -> Int {
            let sink = StatusSink()
            withBorrowed(path) { path in
                withBorrowed(body) { body in
                    withBorrowed(query ?? []) { query in
                        var request = HTTPRequest(
                            method: method, path: path, query: self.query == nil ? nil : query, body: body)
                        with(fields[...], request.headers) { headers in
                            request.headers = headers
                            shard.handle(request, sink)?.clientGone()
                        }
                    }
                }
            }
            return sink.status
        }

        private func with(
            _ fields: ArraySlice<(field: Int, value: [UInt8])>, _ headers: HTTPRequestHeaders,
            _ body: (HTTPRequestHeaders) -> Void
        ) {
            guard let first = fields.first else { return body(headers) }
            var headers = headers
            withBorrowed(first.value) { value in
                switch first.field {
                case 0: headers.contentType = value
                case 1: headers.accept = value
                case 2: headers.origin = value
                case 3: headers.iceTimeout = value
                case 4: headers.iceMode = value
                case 5: headers.iceFacet = value
                case 6: headers.prefer = value
                case 7: headers.iceContext.append(value)
                default: headers.contentEncoding = value
                }
                with(fields.dropFirst(), headers, body)
            }
        }

        private func withBorrowed(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
            bytes.withUnsafeBytes { body($0) }
        }
    }

    private final class StatusSink: ResponseSink {
        var status = 0
        var clientAddress: SocketAddress? { nil }

        func respond(_ response: consuming HTTPResponse) { status = response.status }

        func fieldLines(_ name: String) -> [UnsafeRawBufferPointer] { [] }
    }
}
