import IceTesting
import Testing

/// An invocation as a client sees it.
struct StartedInvocation: Sendable {
    let location: String
    let members: JSONValue

    /// Of a 202.
    init(_ answer: HTTPAnswer) throws {
        #expect(answer.status == 202, "\(answer.body)")
        #expect(answer.headers["preference-applied"] == "respond-async")
        location = try #require(answer.headers["location"])
        members = try Self.document(answer)
        #expect(location == "/invocations/\(members["id"]?.string ?? "")")
    }

    static func document(_ answer: HTTPAnswer) throws -> JSONValue {
        #expect(answer.headers["content-type"] == "application/json" && answer.headers["cache-control"] == "no-store")
        return try JSONValue(parsing: answer.body)
    }

    static func start(
        _ gateway: TestGateway, _ path: String, _ body: String = "", headers: [String: String] = [:]
    ) async throws -> StartedInvocation {
        let headers = ["Prefer": "respond-async"].merging(headers) { $1 }
        return try StartedInvocation(try await gateway.client.post(path, body, headers: headers))
    }

    func document(of gateway: TestGateway, _ method: String = "GET", wait: Bool = false) async throws -> JSONValue {
        let answer = try await gateway.client.send(method, location, headers: wait ? ["Prefer": "wait=3600"] : [:])
        #expect(answer.status == 200)
        return try Self.document(answer)
    }

    /// Waits for it.
    func result(of gateway: TestGateway) async throws -> HTTPAnswer {
        try await gateway.client.send("GET", "\(location)/result", headers: ["Prefer": "wait=3600"])
    }
}
