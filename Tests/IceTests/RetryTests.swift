@testable import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Retries", .timeLimit(.minutes(5)))
struct RetryTests {
    enum Behaviour: Sendable {
        /// Drops the connection after it read the request.
        case drops
        /// Closes gracefully after it read the request.
        case closes
        /// The same for the first request only.
        case closesFirst
        case replies(ReplyStatus)
        case notExist(ReplyStatus)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var behaviour: Behaviour
        var intervals: String
        var mode: OperationMode
        /// How often the server got the request.
        var requests: Int
        var connections: Int
        var end: Recorder.Event
        var testDescription: String { "\(behaviour) \(intervals) \(mode)" }
    }

    static let lost = Recorder.Event.failed(.connectionLost, wasSent: true)
    static let closed = Recorder.Event.failed(.closeConnection, wasSent: false)
    static let ok = Recorder.Event.replied(.ok, [6, 0, 0, 0, 1, 1])

    /// What real Ice clients were measured to do.
    static let rows: [Row] = {
        var rows = [
            Row(behaviour: .drops, intervals: "0", mode: .normal, requests: 1, connections: 1, end: lost),
            Row(behaviour: .drops, intervals: "0", mode: .idempotent, requests: 2, connections: 2, end: lost),
            Row(behaviour: .drops, intervals: "0", mode: .nonmutating, requests: 2, connections: 2, end: lost),
            Row(behaviour: .drops, intervals: "0 1 2", mode: .normal, requests: 1, connections: 1, end: lost),
            Row(behaviour: .drops, intervals: "0 1 2", mode: .idempotent, requests: 4, connections: 4, end: lost),
            Row(behaviour: .drops, intervals: "-1", mode: .idempotent, requests: 1, connections: 1, end: lost),
        ]
        for mode in [OperationMode.normal, .idempotent] {
            for intervals in ["0", "-1"] {
                rows.append(
                    Row(behaviour: .closesFirst, intervals: intervals, mode: mode, requests: 2, connections: 2, end: ok)
                )
            }
            for (intervals, requests) in [("0", 3), ("0 0", 4), ("-1", 2)] {
                rows.append(
                    Row(
                        behaviour: .closes, intervals: intervals, mode: mode, requests: requests, connections: requests,
                        end: closed))
            }
            for status: ReplyStatus in [.unknownLocalException, .unknownUserException, .unknownException, .invalidData]
            {
                rows.append(
                    Row(
                        behaviour: .replies(status), intervals: "0", mode: mode, requests: mode == .normal ? 1 : 2,
                        connections: 1, end: .replied(status, [3, 111, 104, 33])))
            }
            for status: ReplyStatus in [.objectNotExist, .facetNotExist, .operationNotExist] {
                rows.append(
                    Row(
                        behaviour: .notExist(status), intervals: "0", mode: mode, requests: 1, connections: 1,
                        end: .replied(
                            status, Array(RawMessages.notExist(to: RawMessages.request(), status: status).dropFirst(19))
                        )
                    ))
            }
        }
        return rows
    }()

    @Test("attempts are counted as Ice counts them", arguments: rows)
    func table(_ row: Row) async throws {
        let requests = Mutex(0)
        try await RawPeer.run { connection, index in
            try connection.send(RawConnection.validation)
            while true {
                let message = try connection.receiveMessage()
                guard message != RawConnection.closeConnection else { return }
                requests.withLock { $0 += 1 }
                switch row.behaviour {
                case .drops: return
                case .closes, .closesFirst:
                    guard index == 0 || row.behaviour.closesAlways else {
                        try connection.send(RawMessages.reply(to: message))
                        continue
                    }
                    try connection.send(RawConnection.closeConnection)
                    let rest = try connection.receiveToEnd()
                    #expect(rest.isEmpty)
                    return
                case .replies(let status):
                    try connection.send(RawMessages.reply(to: message, status: status, text: "oh!"))
                case .notExist(let status):
                    try connection.send(RawMessages.notExist(to: message, status: status))
                }
            }
        } _: { peer in
            try await LoopClient.run(["Ice.RetryIntervals": row.intervals]) { client in
                let recorder = await client.start(try client.invoker(peer.proxy()), mode: row.mode)
                #expect(await recorder.end() == row.end)
                #expect(recorder.events == [.sent, row.end])
            }
            #expect(requests.withLock { $0 } == row.requests)
            #expect(peer.connectionCount == row.connections)
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("an idempotent request that may have run before it failed unsent counts as sent")
    func sentOnceIsSent() async throws {
        try await RawPeer.run { connection, index in
            guard index == 0 else { return }
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()), mode: .idempotent)
                #expect(await recorder.end() == Self.lost)
            }
        }
    }

    @Test("a oneway request that was sent is over, whatever comes then")
    func oneway() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()), isTwoway: false)
                #expect(await recorder.events { !$0.isEmpty } == [.sent])
                _ = await client.onLoop { recorder.invocation?.isDone }
                #expect(recorder.events == [.sent])
            }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("the next endpoint is tried when one refuses")
    func nextEndpoint() async throws {
        let refusing = try DeafPort()
        let refusingProxy = "greeter:tcp -h 127.0.0.1 -p \(refusing.port)"
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try connection.receiveCloseConnection()
        } _: { peer in
            let properties: Properties = ["Ice.Default.EndpointSelection": "Ordered", "Ice.RetryIntervals": "-1"]
            try await LoopClient.run(properties) { client in
                let invoker = try client.invoker("\(refusingProxy):tcp -h 127.0.0.1 -p \(peer.port)")
                let recorder = await client.start(invoker)
                #expect(await recorder.end() == Self.ok)
            }
            #expect(peer.failures.isEmpty)
        }
        withExtendedLifetime(refusing) {}
    }

    @Test(
        "retry rules",
        arguments: [
            (LocalException.Code.communicatorDestroyed, false), (.invocationTimeout, false),
            (.invocationCanceled, false),
            (.marshal, false), (.objectAdapterDeactivated, false), (.connectionRefused, true), (.connectTimeout, true),
            (.dns, true), (.connectionLost, true),
        ])
    func rules(_ code: LocalException.Code, retries: Bool) {
        let policy = RetryPolicy(intervals: [7])
        let exception = LocalException(code, "")
        #expect(policy.pause(after: exception, wasSent: false, isIdempotent: false, attempts: 0) == (retries ? 7 : nil))
        #expect(policy.pause(after: exception, wasSent: true, isIdempotent: true, attempts: 0) == (retries ? 7 : nil))
        #expect(policy.pause(after: exception, wasSent: true, isIdempotent: false, attempts: 0) == nil)
        #expect(policy.pause(after: exception, wasSent: false, isIdempotent: true, attempts: 1) == nil)
    }

    @Test("a connection that this program aborted or closed is not retried")
    func closedByApplication() {
        let policy = RetryPolicy(intervals: [0])
        for code in [LocalException.Code.connectionAborted, .connectionClosed] {
            var exception = LocalException(code, "")
            #expect(policy.pause(after: exception, wasSent: false, isIdempotent: true, attempts: 0) == 0)
            exception.closedByApplication = true
            #expect(policy.pause(after: exception, wasSent: false, isIdempotent: true, attempts: 0) == nil)
        }
    }
}

extension RetryTests.Behaviour {
    fileprivate var closesAlways: Bool {
        if case .closes = self { return true }
        return false
    }
}
