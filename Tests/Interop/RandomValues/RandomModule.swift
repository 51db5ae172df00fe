import Foundation
import Testing

/// A random module, a servant that echoes its types, and a gateway in front of it.
struct RandomModule {
    private let peer: Peer
    private let seed: UInt64
    private let schema: Schema
    /// The most failures of a module that are told: one fault often has many.
    private static let mostFailures = 3

    init(peer: Peer, seed: UInt64) {
        self.peer = peer
        self.seed = seed
        var kinds = ValueKind.switchedOn
        if peer != .python37 { kinds.remove(.optionalClasses) }
        schema = SchemaGenerator.schema(seed: seed, kinds: kinds)
    }

    /// Calls every operation with so many random arguments, in both encodings, and records what differs.
    func run(callsPerOperation: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Property.ice").path
        try schema.slice.write(toFile: file, atomically: true, encoding: .utf8)
        do {
            try await peer.withEchoOfAnything(slice: file) { server in
                try await GatewayProcess.withConfiguration(configuration(file, server.endpoint)) { gateway in
                    try await call(gateway, callsPerOperation)
                }
            }
        } catch {
            Issue.record("seed \(seed), \(peer.testDescription): \(error)\n\(schema.slice)")
        }
    }

    private func configuration(_ file: String, _ endpoint: String) -> String {
        """
        slice: {files: ["\(file)"]}
        services:
          v11: {proxy: "echo:\(endpoint)", interface: "::Property::Echo"}
          v10: {proxy: "echo -e 1.0:\(endpoint)", interface: "::Property::Echo"}
        \(ValueKind.switchedOn.contains(.proxies) ? "proxies: {accept: any}" : "")
        """
    }

    private func call(_ gateway: GatewayProcess, _ callsPerOperation: Int) async throws {
        var random = SplitMix64(seed: seed)
        var failures = 0
        for operation in schema.operations {
            for _ in 0..<callsPerOperation {
                let call = RandomCall(operation, schema, seed: random.next())
                for service in ["v11", "v10"] {
                    guard var failure = try await failure(call, service, gateway) else { continue }
                    failures += 1
                    guard failures <= Self.mostFailures else { return }
                    for _ in 0..<50 {
                        let call = RandomCall(operation, schema, seed: random.next(), isSmall: true)
                        guard call.request.utf8.count < failure.call.request.utf8.count else { continue }
                        failure = try await self.failure(call, service, gateway) ?? failure
                    }
                    record(failure, withSlice: failures == 1)
                }
            }
        }
    }

    private struct Failure {
        var call: RandomCall
        var service: String
        var answer: HTTPAnswer
    }

    /// Nil when the answer is as expected.
    private func failure(_ call: RandomCall, _ service: String, _ gateway: GatewayProcess) async throws -> Failure? {
        let answer = try await gateway.post("\(service)/\(call.operation.name)", call.request)
        return expectation(call, service).isMet(by: answer)
            ? nil : Failure(call: call, service: service, answer: answer)
    }

    private func expectation(_ call: RandomCall, _ service: String) -> RandomCall.Expectation {
        // In Python, None is both nil and, since Ice 3.8, an optional that isn't set.
        call.expectation(isV10: service == "v10", sendsNil: peer == .python37)
    }

    private func record(_ failure: Failure, withSlice: Bool) {
        Issue.record(
            """
            seed \(seed), \(peer.testDescription), \(failure.service)
            \(schema.text(failure.call.operation))
            sent     \(failure.call.request)
            expected \(expectation(failure.call, failure.service))
            got      \(failure.answer.status) \(failure.answer.body)
            \(withSlice ? schema.slice : "")
            """)
    }
}

extension RandomCall.Expectation: CustomStringConvertible {
    func isMet(by answer: HTTPAnswer) -> Bool {
        switch self {
        case .answer(let body): answer.status == 200 && answer.body == body
        case .exception(let exception): answer.status == 422 && answer.body.contains("\"exception\":\(exception)")
        case .refusal: answer.status == 400
        }
    }

    var description: String {
        switch self {
        case .answer(let body): "200 \(body)"
        case .exception(let exception): "422 with \(exception)"
        case .refusal: "400"
        }
    }
}
