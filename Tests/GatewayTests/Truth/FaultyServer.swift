import Ice
import IceTesting
import Synchronization

/// A server that executes what it says it executes and ends its connections in every way there is.
final class FaultyServer: Sendable {
    private enum Fault: CaseIterable {
        /// Executes nothing of what still comes.
        case closesAtOnce, resets, closesGracefully
        /// Executes the request, then answers with nothing.
        case executesAndCloses, executesAndResets
        /// Executes the request, then says something that is no reply.
        case executesAndBabbles
        /// Executes some requests, answers none, and leaves.
        case staysSilent
        /// Never says that it can be talked to.
        case neverValidates
    }

    private let random: Mutex<SplitMix64>
    let ledger: Ledger

    init(_ ledger: Ledger, seed: UInt64) {
        self.ledger = ledger
        random = Mutex(SplitMix64(seed: seed))
    }

    /// One connection's life.
    func run(_ connection: RawConnection) throws {
        let (fault, good) = random.withLock { random in
            (Fault.allCases.randomElement(using: &random) ?? .resets, Int.random(in: 0..<12, using: &random))
        }
        if fault == .neverValidates {
            try connection.receiveToEnd()
            return
        }
        try connection.send(RawConnection.validation)
        for _ in 0..<good {
            guard let request = try next(connection) else { return }
            try execute(request)
            try connection.send(RawMessages.reply(to: request, body: Encapsulation.make { $0.appendString("done") }))
        }
        switch fault {
        case .closesAtOnce, .neverValidates: connection.close()
        case .resets: try connection.reset()
        case .closesGracefully:
            try connection.send(RawConnection.closeConnection)
            try connection.receiveToEnd()
        case .executesAndCloses:
            if let request = try next(connection) { try execute(request) }
            connection.close()
        case .executesAndResets:
            if let request = try next(connection) { try execute(request) }
            try connection.reset()
        case .executesAndBabbles:
            if let request = try next(connection) { try execute(request) }
            try connection.send(Array("What a nice day it is today".utf8))
            try connection.receiveToEnd()
        case .staysSilent:
            for _ in 0..<8 {
                guard let request = try next(connection) else { return }
                try execute(request)
            }
            connection.close()
        }
    }

    /// The next request; nil when the client closes.
    private func next(_ connection: RawConnection) throws -> [UInt8]? {
        while let message = try connection.receiveMessageOrEnd() {
            if RawMessages.kind(of: message) == .request { return message }
            if RawMessages.kind(of: message) == .closeConnection { return nil }
        }
        return nil
    }

    private func execute(_ message: [UInt8]) throws {
        for request in try RawMessages.requests(in: message) {
            ledger.executed(try Encapsulation.read(request.inEncaps) { try $0.readString() })
        }
    }
}
