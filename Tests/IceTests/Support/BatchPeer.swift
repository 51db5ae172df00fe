import Ice
import IceEncoding
import IceTesting

extension RawMessages {
    /// The operations of a batch, or of a single request.
    static func operations(in message: [UInt8]) throws -> [String] {
        try requests(in: message).map(\.current.operation)
    }

    static func isBatch(_ message: [UInt8]) -> Bool { kind(of: message) == .batchRequest }
}

/// Keeps messages and answers those that want it, until the client closes.
func receiveBatches(_ connection: RawConnection, _ messages: Notes<[UInt8]>) throws {
    while true {
        let message = try connection.receiveMessage()
        if message == RawConnection.closeConnection { return }
        // On a busy machine a test lasts long enough for heartbeats.
        if message == RawConnection.validation { continue }
        messages.add(message)
        if !RawMessages.isBatch(message), message[14..<18] != [0, 0, 0, 0] {
            try connection.send(RawMessages.reply(to: message))
        }
    }
}

/// Runs `body` with a batch oneway proxy, and what its peer received.
func withBatchPeer(
    _ properties: Properties = [:], _ body: (ObjectPrx, RawPeer, Notes<[UInt8]>) async throws -> Void
) async throws {
    let messages = Notes<[UInt8]>()
    try await withRawPeer(properties) { connection, _ in
        try connection.send(RawConnection.validation)
        try receiveBatches(connection, messages)
    } _: { proxy, peer in
        try await body(proxy.ice_batchOneway(), peer, messages)
    }
}

extension Notes<[UInt8]> {
    /// The operations of so many messages.
    func operations(of count: Int) async throws -> [[String]] {
        try await wait(for: count).map { try RawMessages.operations(in: $0) }
    }
}

extension ObjectPrx {
    /// Puts a request into the batch.
    @discardableResult
    func collect(
        _ operation: String, _ parameters: [UInt8] = Encapsulation.make()
    ) throws -> InvocationFuture<InvocationResult> {
        try ice_invokeAsync(operation: operation, mode: .normal, inEncaps: parameters)
    }
}
