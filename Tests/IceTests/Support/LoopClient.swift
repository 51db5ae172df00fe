import EventLoop
import Ice
import IceEncoding

extension LoopThread {
    /// Stops the loop and waits for the thread, which may be busy, in none of Swift's pool.
    func end() async throws { try await onThread { [self] in stopAndJoin() } }
}

/// A communicator on one loop, used as the gateway does: invocations are made on the loop.
final class LoopClient: Sendable {
    let thread: LoopThread
    let communicator: Communicator

    var loop: EventLoop { thread.loop }

    init(_ properties: Properties = [:]) throws {
        thread = try LoopThread(try EventLoop(), name: "test-client")
        do {
            communicator = try Communicator(loops: [thread.loop], properties: patient(properties))
        } catch {
            thread.stopAndJoin()
            throw error
        }
    }

    /// Runs `body` with a client that is destroyed at the end.
    static func run<Value>(
        _ properties: Properties = [:], _ body: (LoopClient) async throws -> Value
    ) async throws -> Value {
        let client = try LoopClient(properties)
        do {
            let value = try await body(client)
            try await client.end()
            return value
        } catch {
            try await client.end()
            throw error
        }
    }

    private func end() async throws {
        await communicator.destroy()
        try await thread.end()
    }

    /// Runs a closure on the loop.
    func onLoop<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: body()) }
        }
    }

    /// Makes an invoker for a proxy text.
    func invoker(_ text: String) throws -> Invoker {
        guard let proxy = try communicator.makeProxy(text) else { throw LocalException(.parse, "nil proxy") }
        return communicator.makeInvoker(proxy, on: loop)
    }

    /// Starts an invocation on the loop.
    @discardableResult
    func start(
        _ invoker: Invoker, operation: String = "op", mode: OperationMode = .normal, isTwoway: Bool = true,
        timeout: UInt64 = 0, payload: [UInt8] = [6, 0, 0, 0, 1, 1]
    ) async -> Recorder {
        await onLoop {
            Self.startHere(
                invoker, operation: operation, mode: mode, isTwoway: isTwoway, timeout: timeout, payload: payload)
        }
    }

    /// Starts an invocation; to be called on the loop.
    static func startHere(
        _ invoker: Invoker, operation: String = "op", mode: OperationMode = .normal, isTwoway: Bool = true,
        timeout: UInt64 = 0, payload: [UInt8] = [6, 0, 0, 0, 1, 1]
    ) -> Recorder {
        let recorder = Recorder(payload: payload)
        let template = RequestTemplate(
            identity: invoker.identity, facet: invoker.facet, operation: operation, mode: mode)
        payload.withUnsafeBytes {
            recorder.invocation = invoker.invoke(
                template, payload: $0, isTwoway: isTwoway, isIdempotent: mode != .normal, timeout: timeout,
                observer: recorder)
        }
        return recorder
    }
}
