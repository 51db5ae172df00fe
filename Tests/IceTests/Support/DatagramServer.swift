import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

/// An object adapter with a udp endpoint and the object `t`, and a raw socket to send datagrams from.
struct DatagramServer: Sendable {
    let communicator: Communicator
    let adapter: ObjectAdapter
    /// Of the endpoint.
    let port: UInt16
    /// What was logged.
    let warnings: Notes<String>
    let socket: RawDatagrams

    /// Runs `body` with a server that is destroyed at the end.
    static func run(
        _ servant: any Dispatcher, properties: [(String, String)] = [], _ body: (DatagramServer) async throws -> Void
    ) async throws {
        let notes = Notes<String>()
        let communicator = try Communicator(
            Properties(properties + [("Ice.Warn.Datagrams", "1")]),
            logger: Logger(label: "test") { _ in NotingLogHandler(notes) })
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Datagrams", endpoints: "udp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "t"))
            try adapter.activate()
            let server = DatagramServer(
                communicator: communicator, adapter: adapter, port: try ServerTests.port(proxy), warnings: notes,
                socket: try RawDatagrams())
            try await body(server)
            await communicator.destroy()
            // All that was dispatched is over: an answer would be here.
            #expect(try server.socket.receiveAtOnce() == nil)
        } catch {
            await communicator.destroy()
            throw error
        }
    }

    func send(_ datagram: some Sequence<UInt8>) throws { try socket.send(datagram, to: port) }

    /// A request to the object `t`.
    static func request(
        id: Int32 = 0, operation: String, parameters: [UInt8] = Encapsulation.make()
    ) -> [UInt8] {
        RawMessages.request(id: id, identity: "t", operation: operation, parameters: parameters)
    }

    /// A batch of requests, as they are without header and id.
    static func batch(count: Int32? = nil, _ operations: [String]) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(.batchRequest)
        buffer.append(count ?? Int32(operations.count))
        for operation in operations { buffer.append(Array(request(operation: operation).dropFirst(18))) }
        buffer.endMessage(start)
        return Array(buffer.bytes)
    }
}
