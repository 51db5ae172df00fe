import Foundation
import Ice
import Slice
import Testing

@testable import Gateway

/// The examples of docs/routes.md, as its text says.
@Suite struct RoutesDocumentTests {
    private func block(_ kind: String) throws -> String {
        let text = try String(contentsOf: Repository.file("docs/routes.md"), encoding: .utf8)
        let start = try #require(text.range(of: "```\(kind)\n"))
        let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
        return String(text[start.upperBound..<end.lowerBound])
    }

    private func gateway() async throws -> Gateway {
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(
            try block("yaml"), file: "doc.yaml", environment: [:], to: &configuration)
        #expect(errors == [])
        let compilation = SliceCompiler.compile(source: try block("slice"), name: "Doc.ice")
        let model = try #require(compilation.model, "\(compilation.diagnostics)")
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        return try #require(result.gateway, "\(result.errors)")
    }

    @Test("every example is true")
    func examples() async throws {
        let gateway = try await gateway()
        let lines = try block("requests").split(separator: "\n")
        #expect(lines.count > 20)
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 2).map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(words.count == 3, "\(line)")
            #expect(try answer(gateway, words[0], words[1]) == words[2], "\(line)")
        }
    }

    @Test("the routes of objects are one route for those who count")
    func listed() async throws {
        let gateway = try await gateway()
        try Array("/servers/1/getName".utf8).withUnsafeBytes { bytes in
            guard case .found(let route) = gateway.routes.find(.post, bytes) else {
                Issue.record("not found")
                return
            }
            let bound = try route.bound(by: bytes)
            #expect(bound !== route && bound.listed === route && route.listed === route)
            #expect(gateway.routes.routes.contains { $0 === route })
        }
    }

    /// As the page writes it.
    private func answer(_ gateway: Gateway, _ method: String, _ path: String) throws -> String {
        let tokens: [String: HTTPRequest.Method] = ["HEAD": .head, "OPTIONS": .options]
        let method = try #require(tokens[method] ?? HTTPRequest.Method(route: method))
        return Array(path.utf8).withUnsafeBytes { bytes in
            switch gateway.routes.find(method, bytes) {
            case .unknown: return OwnPage(path: bytes) == nil ? "404" : "the gateway's own"
            case .otherMethods(let methods): return "\(method == .options ? 204 : 405) \(methods.allow)"
            case .found(let route):
                do throws(Refusal) {
                    let bound = try route.bound(by: bytes)
                    let object = route.variables == nil ? "" : " of \(bound.identity.description)"
                    return bound.operation.info.name + object
                } catch {
                    return "\(error.problem(FailureMapping(exposeServerText: false, exceptionStatuses: [:])).status)"
                }
            }
        }
    }
}
