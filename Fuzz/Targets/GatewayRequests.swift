import EventLoop
import Gateway
import Glibc
import Ice
import IceEncoding
import Slice
import SliceJSON

/// A gateway for the operations of `Fuzz/Types.ice` whose target can't be reached: what it answers by itself it refuses.
///
/// Sendable without a check: after the start only jobs on the loop touch it.
private final class RequestScene: @unchecked Sendable {
    static let shared = RequestScene()
    let thread: LoopThread
    let shard: GatewayShard
    let paths: [[UInt8]]

    private init() {
        let path = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Types.ice"
        let compilation = SliceCompiler(reader: FileSourceReader()).compile([path])
        guard let model = compilation.model, let thread = try? LoopThread(try EventLoop(), name: "fuzz"),
            let communicator = try? Communicator(loops: [thread.loop])
        else { breaking("\(path): \(compilation.diagnostics.map(\.description).joined(separator: "\n"))") }
        var configuration = GatewayConfiguration()
        configuration.services = model.callableInterfaces.map {
            ServiceConfiguration(name: "\($0.text.split(separator: ":").last ?? "x")", proxy: "x", interface: $0.text)
        }
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        guard let gateway = result.gateway else {
            breaking(result.errors.map(\.description).joined(separator: "\n"))
        }
        self.thread = thread
        shard = GatewayShard(gateway: gateway, loop: thread.loop, communicator: communicator)
        paths = model.callableInterfaces.flatMap { name in
            (model.interfaces[name]?.operations ?? []).map {
                Array("/\(name.text.split(separator: ":").last ?? "x")/\($0.info.name)".utf8)
            }
        }
    }
}

/// A path or the number of an operation, then field lines and the body, each behind a line feed: whatever it is, no answer of
/// the gateway itself is 5xx.
func handleRequest(_ input: UnsafeRawBufferPointer) {
    let scene = RequestScene.shared
    guard let first = input.first else { return }
    let lines = input.dropFirst().split(separator: 10, maxSplits: 3, omittingEmptySubsequences: false).map { Array($0) }
    // Below 128 the first byte is the number of an operation, else the first line is a path.
    var parts = lines[...]
    let path = first < 128 ? scene.paths[Int(first) % scene.paths.count] : parts.popFirst() ?? []
    let fields = parts.count > 1 ? parts.popFirst() ?? [] : []
    let query = parts.count > 1 ? parts.popFirst() : nil
    let body = Array(parts.joined(separator: [10]))
    let done = Countdown(1)
    let sink = StatusSink()
    let job = Job(scene: scene, path: path, query: query, fields: fields, body: body, method: first, sink: sink)
    scene.thread.loop.execute {
        job.run()
        done.down()
    }
    _ = done.wait()
    promise(sink.status < 500, "status \(sink.status)")
}

/// Sendable without a check: made before it is handed to the loop, looked at after the loop is done with it.
private struct Job: @unchecked Sendable {
    var scene: RequestScene
    var path: [UInt8]
    var query: [UInt8]?
    var fields: [UInt8]
    var body: [UInt8]
    var method: UInt8
    var sink: StatusSink

    func run() {
        let methods: [HTTPRequest.Method] = [.post, .post, .post, .get, .head, .put, .options, .other]
        path.withUnsafeBytes { path in
            body.withUnsafeBytes { body in
                (query ?? []).withUnsafeBytes { query in
                    fields.withUnsafeBytes { fields in
                        var headers = HTTPRequestHeaders()
                        for (index, field) in fields.split(separator: 0x2c).enumerated() {
                            set(&headers, index, UnsafeRawBufferPointer(rebasing: field))
                        }
                        let request = HTTPRequest(
                            method: methods[Int(method >> 4 & 7)], path: path, query: self.query == nil ? nil : query,
                            headers: headers, body: body)
                        // One that became an invocation is given up before it leaves.
                        scene.shard.handle(request, sink)?.clientGone()
                    }
                }
            }
        }
    }

    private func set(_ headers: inout HTTPRequestHeaders, _ index: Int, _ value: UnsafeRawBufferPointer) {
        guard !value.isEmpty else { return }
        switch index {
        case 0: headers.contentType = value
        case 1: headers.accept = value
        case 2: headers.iceMode = value
        case 3: headers.iceTimeout = value
        case 4: headers.prefer = value
        case 5: headers.iceFacet = value
        default: headers.iceContext.append(value)
        }
    }
}

/// Sendable without a check: as ``Job``.
private final class StatusSink: ResponseSink, @unchecked Sendable {
    var status = 0
    var clientAddress: SocketAddress? { nil }

    func respond(_ response: consuming HTTPResponse) { status = response.status }

    func fieldLines(_ name: String) -> [UnsafeRawBufferPointer] { [] }
}
