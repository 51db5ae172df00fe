import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: servers that break off at every step", .timeLimit(.minutes(5)))
struct FutureFaultTests {
    /// How far a server comes before it ends the connection.
    enum Step: CaseIterable, Sendable {
        case accepted, withinValidation, validated, withinHeader, withinBody, requested, withinReplyHeader,
            withinReplyBody

        /// Whether the server has the whole request then.
        var hasRequest: Bool { self == .requested || self == .withinReplyHeader || self == .withinReplyBody }

        func play(_ connection: RawConnection) throws {
            switch self {
            case .accepted: break
            case .withinValidation: try connection.send(RawConnection.validation.prefix(7))
            case .validated: try connection.send(RawConnection.validation)
            case .withinHeader, .withinBody:
                try connection.send(RawConnection.validation)
                _ = try connection.receive(self == .withinHeader ? 7 : 20)
            case .requested: try Self.reply(to: connection, 0)
            case .withinReplyHeader: try Self.reply(to: connection, 7)
            case .withinReplyBody: try Self.reply(to: connection, 20)
            }
        }

        private static func reply(to connection: RawConnection, _ count: Int) throws {
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            try connection.send(RawMessages.reply(to: request).prefix(count))
        }
    }

    /// What is called, by its name.
    private static let operations = (0..<10).map { "op\($0)" }

    /// The first connection breaks off, the others serve.
    private static func withBreaking(
        _ step: Step, resets: Bool, _ body: (ObjectPrx, RawPeer, Notes<String>) async throws -> Void
    ) async throws {
        let served = Notes<String>()
        try await withRawPeer { connection, index in
            guard index == 0 else { return try connection.serve(served.add) }
            try step.play(connection)
            if resets { try connection.reset() }
        } _: { proxy, peer in
            try await body(proxy, peer, served)
        }
    }

    @Test("25, 101: a call that may be repeated is, once, and answered", arguments: Step.allCases, [false, true])
    func idempotent(step: Step, resets: Bool) async throws {
        try await Self.withBreaking(step, resets: resets) { proxy, _, served in
            let (ends, sent) = (Notes<String>(), Notes<String>())
            let futures = try Self.operations.map { operation in
                let future = try proxy.ice_invokeAsync(operation: operation, mode: .idempotent)
                future.onCompletion { _ in ends.add(operation) }
                future.onSent { _ in sent.add(operation) }
                return future
            }
            for future in futures { #expect(try await future.value == RawMessages.emptyResult) }
            #expect(await ends.wait(for: 10).sorted() == Self.operations)
            #expect(await sent.wait(for: 10).sorted() == Self.operations)
            #expect(served.all.sorted() == Self.operations)
        }
    }

    @Test("25: one that may not is repeated only when it was not sent", arguments: Step.allCases, [false, true])
    func normal(step: Step, resets: Bool) async throws {
        try await Self.withBreaking(step, resets: resets) { proxy, _, served in
            let ends = Notes<String>()
            let futures = try Self.operations.map { operation in
                let future = try proxy.ice_invokeAsync(operation: operation, mode: .normal)
                future.onCompletion { _ in ends.add(operation) }
                return future
            }
            var answered: [String] = []
            for (future, operation) in zip(futures, Self.operations) {
                if let exception = try await future.exception {
                    // Otherwise it would have been sent again.
                    #expect((exception as? LocalException)?.code == .connectionLost && future.isSent)
                } else {
                    answered.append(operation)
                }
            }
            #expect(served.all == answered)
            if step == .accepted || step == .withinValidation { #expect(answered == Self.operations) }
            if step.hasRequest { #expect(!answered.contains("op0")) }
            #expect(await ends.wait(for: 10).sorted() == Self.operations)
            // The next one finds a connection.
            #expect(try await proxy.ice_invoke(operation: "next", mode: .normal) == RawMessages.emptyResult)
        }
    }

    @Test(
        "37: a oneway call is done when it is written, or sent again when it was not", arguments: Step.allCases,
        [false, true])
    func oneway(step: Step, resets: Bool) async throws {
        try await Self.withBreaking(step, resets: resets) { proxy, _, served in
            let futures = try Self.operations.map {
                try proxy.ice_oneway().ice_invokeAsync(operation: $0, mode: .normal)
            }
            for future in futures {
                #expect(try await future.value == InvocationResult(ok: true, outEncaps: []))
                #expect(future.isSent)
            }
            // On the connection behind them, or on one that comes after the one that took them.
            _ = try? await proxy.ice_invoke(operation: "last", mode: .normal)
            #expect(Set(served.all).isSubset(of: Self.operations + ["last"]))
            #expect(Set(served.all).count == served.all.count)
            if step == .accepted || step == .withinValidation { #expect(served.all == Self.operations + ["last"]) }
        }
    }

    @Test("7, 25: when every connection breaks off every future fails, once", arguments: Step.allCases, [false, true])
    func always(step: Step, resets: Bool) async throws {
        try await withRawPeer { connection, _ in
            // A client that lost this connection may have closed it before its request was whole.
            try? step.play(connection)
            if resets { try connection.reset() }
        } _: { proxy, peer in
            let ends = Notes<String>()
            let futures = try Self.operations.map { operation in
                let future = try proxy.ice_invokeAsync(operation: operation, mode: .idempotent)
                future.onCompletion { _ in ends.add(operation) }
                return future
            }
            for future in futures {
                let exception = try #require(try await future.exception as? LocalException)
                // A reset may come while the system still connects.
                #expect(exception.code == .connectionLost || resets && exception.code == .connectFailed)
            }
            #expect(await ends.wait(for: 10).sorted() == Self.operations)
            #expect(peer.connectionCount >= 2)
        }
    }

    @Test("24, 25: a peer that falls silent fails calls by their timeouts; destroying ends the others")
    func silent() async throws {
        let gate = Gate()
        let properties: Properties = ["Ice.Connection.Client.CloseTimeout": "0.05"]
        try await withRawPeer(properties) { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
        } _: { proxy, peer in
            try await proxy.ice_ping()
            let impatient = proxy.ice_invocationTimeout(30)
            for mode in [OperationMode.normal, .idempotent] {
                let future = try impatient.ice_invokeAsync(operation: "op", mode: mode)
                await #expect(throws: LocalException(.invocationTimeout, "")) { try await future.value }
                #expect(future.isSent)
            }
            let patient = try proxy.ice_invokeAsync(operation: "op", mode: .idempotent)
            await proxy.ice_getCommunicator().destroy()
            await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await patient.value }
            #expect(peer.connectionCount == 1)
            gate.open()
        }
    }
}
