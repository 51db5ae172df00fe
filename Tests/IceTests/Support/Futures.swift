import EventLoop
import Glibc
import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// Runs `body` with a client's proxy for a raw peer. Both are ended; what the script threw is an issue.
func withRawPeer(
    _ properties: Properties = [:], executor: (any TaskExecutor)? = nil, _ script: @escaping RawPeer.Script,
    _ body: (ObjectPrx, RawPeer) async throws -> Void
) async throws {
    try await RawPeer.run(script) { peer in
        try await withCommunicator(properties, executor: executor) { communicator in
            try await body(#require(try communicator.makeProxy(peer.proxy())), peer)
        }
        #expect(peer.failures.isEmpty)
    }
}

/// Runs `body` with a communicator that is destroyed at the end.
func withCommunicator(
    _ properties: Properties = [:], executor: (any TaskExecutor)? = nil, _ body: (Communicator) async throws -> Void
) async throws {
    let communicator = try Communicator(patient(properties), executor: executor)
    do {
        try await body(communicator)
    } catch {
        await communicator.destroy()
        throw error
    }
    await communicator.destroy()
}

/// The properties with no limit on connecting but one they have: a busy machine may be slow, and scripts wait for one
/// connection.
func patient(_ properties: Properties = [:]) -> Properties {
    let properties = properties.clone()
    for side in ["Client", "Server"] where properties["Ice.Connection.\(side).ConnectTimeout"] == nil {
        properties["Ice.Connection.\(side).ConnectTimeout"] = "0"
    }
    return properties
}

/// Runs what may block on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try JoinableThread(name: "test") { continuation.resume(with: Result { try body() }) }.detach()
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Waits until the loop of the proxy has ended the turn it is in. It tells of an end before it has noted all that follows, as
/// that requests may be sent in the call again.
func endOfTurn(_ proxy: ObjectPrx) async {
    await Task(executorPreference: proxy.ice_loopExecutor) {}.value
}

/// The calling thread.
func currentThread() -> UInt { UInt(pthread_self()) }

/// A list that threads add to, and a wait for its length.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex<[Note]>([])
    private let stream: AsyncStream<Void>
    private let news: AsyncStream<Void>.Continuation

    init() { (stream, news) = AsyncStream.makeStream() }

    func add(_ note: Note) {
        notes.withLock { $0.append(note) }
        news.yield()
    }

    var all: [Note] { notes.withLock { $0 } }

    /// Waits for so many; for one waiter.
    func wait(for count: Int) async -> [Note] {
        if all.count >= count { return all }
        for await _ in stream where all.count >= count { break }
        return all
    }
}

extension RawMessages {
    /// The operation of a request to the object `greeter`.
    static func operation(of request: [UInt8]) -> String {
        guard request.count > 28, request.count >= 29 + Int(request[28]) else { return "?" }
        return String(decoding: request[29..<29 + Int(request[28])], as: UTF8.self)
    }

    /// An empty result.
    static let emptyResult = InvocationResult(ok: true, outEncaps: [6, 0, 0, 0, 1, 1])
}

extension RawConnection {
    /// Sends the first message, then answers requests until the client closes; not those named `silent`.
    func serve(_ note: (String) -> Void = { _ in }) throws {
        try send(Self.validation)
        try answer(note)
    }

    /// Answers requests until the client closes; not those named `silent`, and nothing to oneway ones.
    func answer(_ note: (String) -> Void = { _ in }) throws {
        while true {
            let message = try receiveMessage()
            if message == Self.closeConnection { return }
            // On a busy machine a test lasts long enough for heartbeats.
            if message == Self.validation { continue }
            let operation = RawMessages.operation(of: message)
            note(operation)
            if operation != "silent", message[14..<18] != [0, 0, 0, 0] { try send(RawMessages.reply(to: message)) }
        }
    }
}
