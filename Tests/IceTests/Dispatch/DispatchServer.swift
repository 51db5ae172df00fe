import Ice
import IceEncoding
import IceTesting
import Logging
import Synchronization
import Testing

/// An adapter with one object, `o`, and a client.
struct DispatchServer: Sendable {
    let communicator: Communicator
    let adapter: ObjectAdapter
    let client: Communicator
    /// The client's, for the object.
    let proxy: ObjectPrx
    /// Of the endpoint.
    let port: UInt16

    /// Runs `body` with a server and a client that are destroyed at the end.
    ///
    /// - Parameter prepare: is given the adapter before it is activated.
    static func run(
        _ servant: any Dispatcher, endpoint: String = "tcp -h 127.0.0.1 -p 0", properties: Properties = [:],
        clientProperties: Properties = [:], executor: (any TaskExecutor)? = nil, log: LogRecorder = LogRecorder(),
        prepare: (ObjectAdapter) throws -> Void = { _ in }, _ body: (DispatchServer) async throws -> Void
    ) async throws {
        let communicator = try Communicator(properties, executor: executor, logger: log.logger)
        let client = try Communicator(clientProperties)
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: endpoint)
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "o"))
            try prepare(adapter)
            try adapter.activate()
            try await body(
                DispatchServer(
                    communicator: communicator, adapter: adapter, client: client,
                    proxy: #require(try client.makeProxy("\(proxy)")), port: try ServerTests.port(proxy)))
        } catch {
            await client.destroy()
            (servant as? HoldingServant)?.letGo()
            await communicator.destroy()
            throw error
        }
        await client.destroy()
        // A server ends after its dispatches.
        (servant as? HoldingServant)?.letGo()
        await communicator.destroy()
    }

    /// What a call of the object ends with when it fails.
    func failure(_ operation: String, mode: OperationMode = .normal) async -> LocalException? {
        do {
            _ = try await proxy.ice_invoke(operation: operation, mode: mode)
            return nil
        } catch {
            return error as? LocalException
        }
    }

    /// A request to the object `o`.
    static func request(
        id: Int32 = 1, _ operation: String, parameters: [UInt8] = Encapsulation.make()
    ) -> [UInt8] {
        RawMessages.request(id: id, identity: "o", operation: operation, parameters: parameters)
    }
}

/// Answers every operation with a closure.
struct ClosureDispatcher: Dispatcher {
    var body: @Sendable (IncomingRequest) async throws -> OutgoingResponse

    init(_ body: @escaping @Sendable (IncomingRequest) async throws -> OutgoingResponse) { self.body = body }

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse { try await body(request) }
}

/// Notes its requests and leaves them to the test. The operation `now` is answered at once.
final class HoldingServant: CallbackDispatcher {
    struct Call: Sendable {
        var current: Current
        var callback: ResponseCallback<OutgoingResponse>

        func answer() { callback.response(current.makeEmptyOutgoingResponse()) }
    }

    private let calls = Mutex<[Call]>([])
    let operations = Notes<String>()

    func dispatch(_ request: IncomingRequest, _ callback: ResponseCallback<OutgoingResponse>) throws {
        let call = Call(current: request.current, callback: callback)
        if request.current.operation == "now" { return call.answer() }
        calls.withLock { $0.append(call) }
        operations.add(request.current.operation)
    }

    /// Answers those that are held.
    func letGo() {
        let held = calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
        for call in held { call.answer() }
    }

    /// Waits until so many were held in all, and hands out those that still are.
    func take(_ count: Int) async -> [Call] {
        _ = await operations.wait(for: count)
        return calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
    }
}
