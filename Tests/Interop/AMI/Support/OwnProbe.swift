import EventLoop
import Glibc
@testable import Ice
import IceEncoding
import IceTesting
import Synchronization

/// The probe on this runtime, in this process.
final class OwnProbe: ProbeControl {
    /// Of one connection; so many dispatches make its server stop reading.
    private static let maxDispatches = 50

    private struct State {
        var adapter: ObjectAdapter?
        var counts: [String: Int] = [:]
        var waiters: [(name: String, count: Int, continuation: CheckedContinuation<Int, Never>)] = []
        var opened: Set<String> = []
        var held: [String: [CheckedContinuation<Void, Never>]] = [:]
        /// Of dispatches that keep the server from reading.
        var stopped: [InvocationFuture<InvocationResult>] = []
        /// Opened when the server shall read on.
        var readingGate = 0
        /// Whose connection the servant breaks.
        var breakable: ObjectPrx?
    }

    private let state = Mutex(State())
    private let executedIds = Notes<String>()

    /// Runs `body` with the endpoint, at which nobody accepts before ``read()``.
    func serve<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        let properties: Properties = [
            "Ice.MessageSizeMax": "0", "Ice.Connection.Server.MaxDispatches": "\(Self.maxDispatches)",
        ]
        return try await Communicator.with(properties) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Probe", endpoints: "tcp -h 127.0.0.1 -p 0")
            try adapter.add(servant: servant(), identity: Identity(name: "probe"))
            state.withLock { $0.adapter = adapter }
            // A dispatch that is still held would hold up the end of the communicator.
            defer { openAll() }
            return try await body(adapter.endpoints.map { "\($0)" }.joined(separator: ":"))
        }
    }

    private func openAll() {
        let held = state.withLock { state in
            defer { state.held = [:] }
            state.adapter = nil
            return state.held.values.flatMap { $0 }
        }
        for continuation in held { continuation.resume() }
    }
}

extension OwnProbe {
    // MARK: Control

    func read() async throws {
        let (adapter, gate, stopped) = state.withLock { state in
            defer { state.stopped = [] }
            return (state.adapter, state.readingGate, state.stopped)
        }
        try adapter?.activate()
        try await open("reading \(gate)")
        for future in stopped { _ = try await future.value }
    }

    func stopReading(_ proxy: ObjectPrx) async throws {
        let before = try await count("hold")
        let gate = state.withLock { state in
            state.readingGate += 1
            return "reading \(state.readingGate)"
        }
        let futures = try (0..<Self.maxDispatches).map { _ in try proxy.begin("hold") { $0.appendString(gate) } }
        state.withLock { $0.stopped = futures }
        try await awaitCount("hold", before + Self.maxDispatches)
    }

    func letBreak(_ proxy: ObjectPrx) { state.withLock { $0.breakable = proxy } }

    func open(_ gate: String) async throws {
        let held = state.withLock { state in
            state.opened.insert(gate)
            return state.held.removeValue(forKey: gate) ?? []
        }
        for continuation in held { continuation.resume() }
    }

    func executed(_ count: Int) async -> [String] { await executedIds.wait(for: count) }

    @discardableResult
    func awaitCount(_ name: String, _ count: Int) async throws -> Int {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state -> Int? in
                let now = state.counts[name] ?? 0
                if now < count { state.waiters.append((name, count, continuation)) }
                return now < count ? nil : now
            }
            if let now { continuation.resume(returning: now) }
        }
    }
}

extension OwnProbe {
    // MARK: Servant

    @discardableResult
    private func add(_ name: String) -> Int {
        let (count, reached) = state.withLock { state in
            let count = (state.counts[name] ?? 0) + 1
            state.counts[name] = count
            let reached = state.waiters.filter { $0.name == name && $0.count <= count }
            state.waiters.removeAll { $0.name == name && $0.count <= count }
            return (count, reached)
        }
        for waiter in reached { waiter.continuation.resume(returning: count) }
        return count
    }

    private func hold(_ gate: String) async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                // Nobody opens gates at the end of a test.
                guard state.adapter != nil, !state.opened.contains(gate) else { return true }
                state.held[gate, default: []].append(continuation)
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    private func servant() -> MockServant {
        let servant = MockServant(["::AMI::Probe"])
        on(servant, "op") { _, _, _ in }
        on(servant, "opWithResult") { _, input, output in output.appendString(try input.readString()) }
        on(servant, "opWithOuts") { _, input, output in
            let (a, b) = (try input.read(Int32.self), try input.read(Int32.self))
            output.append(a &* b)
            output.appendString(try input.readString())
            output.append(a &+ b)
        }
        for operation in ["describe", "describeIdempotent"] {
            on(servant, operation) { current, _, output in ProbeCall(current).append(to: &output) }
        }
        on(servant, "open") { [self] _, input, _ in
            let gate = try input.readString()
            Task { try await open(gate) }
        }
        for operation in ["breakOnce", "breakOnceNormal"] {
            on(servant, operation) { [self] _, input, output in
                let count = add(try input.readString())
                if count == 1 { breakConnection() }
                output.append(Int32(count))
            }
        }
        on(servant, "execute") { [self] _, input, _ in
            let id = try input.readString()
            add(id)
            executedIds.add(id)
        }
        on(servant, "upload") { _, input, output in
            _ = try input.read(Int32.self)
            output.append(Int32(try input.readCount(minimumElementSize: 1)))
        }
        on(servant, "download") { _, input, output in
            let size = Int(try input.read(Int32.self))
            output.appendSize(size)
            output.append([UInt8](repeating: 0, count: size))
        }
        for operation in ["hold", "holdIdempotent"] {
            servant.on(operation) { [self] request in
                add(operation)
                await hold(try Encapsulation.read(request.inEncaps) { try $0.readString() })
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
        }
        servant.on("fail") { [self] request in
            add("fail")
            return try Self.fail(request)
        }
        return servant
    }

    private func on(
        _ servant: MockServant, _ operation: String,
        _ body: @escaping @Sendable (Current, inout InputCursor, inout OutputBuffer) throws -> Void
    ) {
        servant.on(operation) { [self] request in
            add(operation)
            return OutgoingResponse(
                outEncaps: try Encapsulation.read(request.inEncaps) { input in
                    var output = OutputBuffer()
                    let start = output.beginEncapsulation(request.current.encoding)
                    try body(request.current, &input, &output)
                    output.endEncapsulation(start)
                    return Array(output.bytes)
                })
        }
    }

    /// Ends the server's side of the connection.
    private func breakConnection() {
        guard let client = state.withLock({ $0.breakable })?.ice_getCachedConnection(),
            let local = SocketAddress(localOf: client.descriptor)
        else { return }
        for descriptor in Int32(0)..<4096 where SocketAddress(peerOf: descriptor) == local {
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    private static func fail(_ request: IncomingRequest) throws -> OutgoingResponse {
        switch try Encapsulation.read(request.inEncaps, { try $0.readString() }) {
        case "declared":
            OutgoingResponse(ok: false, outEncaps: ProbeException.declared)
        case "undeclared":
            OutgoingResponse(ok: false, outEncaps: ProbeException.undeclared)
        case "missing": throw LocalException(.objectNotExist, "")
        default: throw HarnessError("not an Ice exception")
        }
    }
}
