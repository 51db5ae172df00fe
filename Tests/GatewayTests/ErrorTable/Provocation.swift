import Foundation
import Gateway
import Ice
import IceTesting
import Testing

/// One way to make a client get one row of the error table.
struct Provocation: Sendable {
    var code: ErrorCode
    /// The answer as the client gets it.
    var provoke: @Sendable () async throws -> HTTPAnswer

    init(_ code: ErrorCode, _ provoke: @escaping @Sendable () async throws -> HTTPAnswer) {
        self.code = code
        self.provoke = provoke
    }

    /// One request to a gateway of its own.
    init(
        _ code: ErrorCode, _ method: String = "POST", path: String = "/shop/buy",
        body: String? = #"{"sku":"a","qty":1}"#, headers: [String: String] = [:],
        configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in }
    ) {
        self.init(code) {
            try await Self.answer(configure: configure) {
                try await $0.client.send(method, path, body, headers: headers)
            }
        }
    }

    /// A request in the very bytes given.
    init(
        _ code: ErrorCode, raw: String,
        configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in }
    ) {
        self.init(code) {
            try await Self.answer(configure: configure) { try await $0.client.raw(Array(raw.utf8)) }
        }
    }

    /// A call of `greet` on a scripted server.
    init(
        _ code: ErrorCode, headers: [String: String] = [:],
        configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in },
        peer script: @escaping @Sendable (RawConnection) throws -> Void
    ) {
        self.init(code) {
            let peer = try RawPeer { connection, _ in try script(connection) }
            let answer = try await Self.answer(
                proxies: ["peer": peer.proxy()],
                configure: {
                    $0.ice["Ice.RetryIntervals"] = "-1"
                    configure(&$0)
                },
                { try await $0.client.post("/peer/greet", #"{"name":"x"}"#, headers: headers) })
            try await onThread { peer.stop() }
            return answer
        }
    }

    static func answer(
        proxies: [String: String] = [:], ice: Properties = [:],
        configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway) async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        var answer: HTTPAnswer?
        try await TestGateway.with(proxies: proxies, ice: ice, configure: configure) {
            answer = try await body($0)
        }
        return try #require(answer)
    }

    static let all = requests + http + servants + notSent + sent
}
