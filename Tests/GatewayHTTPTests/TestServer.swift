import EventLoop
import Gateway
import GatewayHTTP
import Glibc
import IceEncoding
import Synchronization
import Testing

/// A server on a thread of its own with a scripted handler.
///
/// What the handler does follows from the path: `/now` answers inside the call, `/later` at the end of the turn, `/held`
/// when ``release(_:)`` says, `/big?N` with N bytes.
final class TestServer: Sendable {
    let thread: LoopThread
    let port: UInt16
    let handler: ScriptedHandler
    let server: Confined<HTTPServer>

    init(
        limits: HTTPLimits = HTTPLimits(), maximumBodySize: Int = 8 << 20, tls: TLSCredentials? = nil
    ) throws {
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
        let listener = try HTTPServer.listen(address: address, reusePort: true)
        port = try #require(SocketAddress(localOf: listener)).port
        let loop = try EventLoop()
        let handler = ScriptedHandler(loop: loop, maximumBodySize: maximumBodySize)
        self.handler = handler
        server = Confined(HTTPServer(loop: loop, listener: listener, handler: handler, limits: limits, tls: tls))
        thread = try LoopThread(loop, name: "http-test")
        let failure = try onLoop { server in
            do {
                try server.start()
                return nil as String?
            } catch {
                return "\(error)"
            }
        }
        try #require(failure == nil)
    }

    /// Runs the closure on the loop and waits for its result.
    func onLoop<Result: Sendable>(_ body: @escaping @Sendable (HTTPServer) -> Result) throws -> Result {
        let box = Box<Result>()
        thread.loop.execute { [server] in box.put(body(server.value)) }
        return try #require(box.take(), "the loop did not answer in time")
    }

    /// Answers the request held longest, once it is there.
    func release(_ count: Int = 1) throws {
        for _ in 0..<count {
            try handler.await(.held)
            _ = try onLoop { [handler] _ in handler.releaseOne() }
        }
    }

    func stop() throws {
        _ = try onLoop { $0.stop() }
        thread.stopAndJoin()
    }
}

/// Holds what only the loop's thread touches.
///
/// Sendable without a check: the test hands it to jobs on that loop and does nothing else with it.
struct Confined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// One value from one thread to another, with a bound on the wait.
///
/// Sendable without a check: the value is written before the semaphore is posted and read after.
final class Box<Value: Sendable>: @unchecked Sendable {
    private let semaphore = Semaphore()
    private var value: Value?

    func put(_ value: Value) {
        self.value = value
        semaphore.post()
    }

    func take() -> Value? { semaphore.wait() ? value : nil }
}

/// Sendable without a check: POSIX semaphores are made for threads.
final class Semaphore: @unchecked Sendable {
    /// Seconds after which a wait fails: longer than any that succeeds takes on a busy machine.
    static let patience = 200

    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func post() { sem_post(semaphore) }

    /// - Returns: false when nobody posted in time.
    func wait() -> Bool {
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_sec += Self.patience
        while sem_timedwait(semaphore, &end) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}

/// Sendable without a check: everything but the events is touched on the loop's thread only.
final class ScriptedHandler: RequestHandler, EndOfTurnHandler, @unchecked Sendable {
    enum Event: Hashable { case held, gone }

    struct Seen: Sendable, Hashable {
        var method: HTTPRequest.Method
        var path: String
        var query: String?
        var body: String
        var prefer: String?
        var contexts: [String] = []
    }

    let maximumBodySize: Int
    private let loop: EventLoop
    private var later: [Held] = []
    private var held: [Held] = []
    private let semaphores: [Event: Semaphore] = [.held: Semaphore(), .gone: Semaphore()]
    let goneCount = Atomic<Int>(0)
    let seen = Mutex<[Seen]>([])
    let failures = Mutex<[HTTPFailure]>([])

    final class Held: RequestInProgress {
        let sink: any ResponseSink
        let answer: [UInt8]
        unowned let handler: ScriptedHandler

        init(_ sink: any ResponseSink, answer: [UInt8], handler: ScriptedHandler) {
            self.sink = sink
            self.answer = answer
            self.handler = handler
        }

        func clientGone() {
            handler.goneCount.add(1, ordering: .relaxed)
            handler.semaphores[.gone]?.post()
        }

        func respond() { sink.respond(ScriptedHandler.response(200, answer)) }
    }

    init(loop: EventLoop, maximumBodySize: Int) {
        self.loop = loop
        self.maximumBodySize = maximumBodySize
    }

    /// Waits until the event has happened once more than was waited for.
    func await(_ event: Event) throws {
        let semaphore = try #require(semaphores[event])
        try #require(semaphore.wait(), "\(event) did not happen")
    }

    func handle(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        let text = { (bytes: UnsafeRawBufferPointer) in String(decoding: bytes, as: UTF8.self) }
        let path = text(request.path)
        seen.withLock {
            $0.append(
                Seen(
                    method: request.method, path: path, query: request.query.map(text),
                    body: text(UnsafeRawBufferPointer(rebasing: request.body.prefix(200))),
                    prefer: request.headers.prefer.map(text), contexts: request.headers.iceContext.map(text)))
        }
        switch path {
        case "/later":
            if later.isEmpty { loop.atEndOfTurn(.drive, self) }
            later.append(Held(sink, answer: Array(request.body), handler: self))
            return later.last
        case "/held":
            held.append(Held(sink, answer: Array(request.body), handler: self))
            semaphores[.held]?.post()
            return held.last
        case "/big":
            let count = request.query.flatMap { Int(text($0)) } ?? 0
            sink.respond(Self.response(200, [UInt8](repeating: UInt8(ascii: "x"), count: count)))
        case "/now": sink.respond(Self.response(200, Array(request.body)))
        case "/empty": sink.respond(HTTPResponse(status: 204, contentType: .none, body: OutputBuffer()))
        case "/twice":
            sink.respond(Self.response(200, Array("first".utf8)))
            sink.respond(Self.response(500, Array("second".utf8)))
        default: sink.respond(Self.response(404, Array("nothing here".utf8), .problem))
        }
        return nil
    }

    func endOfTurn() {
        let answers = later
        later = []
        for answer in answers { answer.respond() }
    }

    func releaseOne() {
        if !held.isEmpty { held.removeFirst().respond() }
    }

    func response(to failure: HTTPFailure, method: HTTPRequest.Method, path: UnsafeRawBufferPointer) -> HTTPResponse {
        failures.withLock { $0.append(failure) }
        let status =
            switch failure {
            case .bodyTooLarge: 413
            case .uriTooLong: 414
            case .headersTooLarge: 431
            case .expectationFailed: 417
            case .badRequest: 400
            case .slowClient: 408
            case .shuttingDown: 503
            }
        return Self.response(status, Array("{}".utf8), .problem)
    }

    static func response(
        _ status: Int, _ body: [UInt8], _ type: HTTPResponse.ContentType = .json
    ) -> HTTPResponse {
        var buffer = OutputBuffer(minimumCapacity: max(body.count, 16))
        buffer.append(body)
        return HTTPResponse(status: status, contentType: type, headers: [(name: "X-Test", value: "yes")], body: buffer)
    }
}
