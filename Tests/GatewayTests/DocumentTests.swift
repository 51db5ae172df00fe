import Foundation
@testable import Gateway
import Ice
import OpenAPI
import Slice
import Testing

@Suite("The served OpenAPI document", .timeLimit(.minutes(5)))
struct DocumentTests {
    private static let slice = """
        module Test {
            struct Item { int number; string name; }
            interface Shop {
                ["http:get:/items/{id}"] string find(int id);
                ["http:put:/items/{item.number}", "http:body:item"] void update(Item item);
                ["oneway"] void ring();
                void note(string text);
            }
        }
        """

    /// The document as JSON values.
    private func document(
        _ proxy: String, _ configure: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> [String: Any] {
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "shop", proxy: proxy)]
        configure(&configuration)
        let model = try #require(SliceCompiler.compile(source: Self.slice, name: "Shop.ice").model)
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        let text = try #require(result.gateway?.document.json(), "\(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func operation(_ document: [String: Any], _ path: String, _ method: String) throws -> [String: Any] {
        let paths = try #require(document["paths"] as? [String: Any])
        let item = try #require(paths[path] as? [String: Any], "\(paths.keys)")
        return try #require(item[method] as? [String: Any])
    }

    /// What a header field may say; nil without such a parameter.
    private func values(of field: String, _ operation: [String: Any]) throws -> [String]? {
        let parameters = try #require(operation["parameters"] as? [[String: Any]])
        let parameter = parameters.first { $0["name"] as? String == field }
        return (parameter?["schema"] as? [String: Any])?["enum"] as? [String]
    }

    @Test("routes of one shape have one path, whose variables each of them names the same")
    func shapes() async throws {
        let document = try await document("shop:tcp -h localhost -p 1")
        for method in ["get", "put"] {
            let operation = try operation(document, "/items/{id}", method)
            let parameters = try #require(operation["parameters"] as? [[String: Any]])
            let names = parameters.filter { $0["in"] as? String == "path" }.map { $0["name"] as? String }
            #expect(names == ["id"])
            #expect((parameters.first?["schema"] as? [String: Any])?["type"] as? String == "integer")
        }
    }

    @Test("Ice-Mode offers what the operation and its proxy take")
    func modes() async throws {
        let all = ["twoway", "oneway", "batch-oneway", "datagram", "batch-datagram"]
        for (proxy, note, ring) in [
            ("shop:tcp -h localhost -p 1", Array(all[..<3]), Array(all[1..<3])),
            ("shop:tcp -h localhost -p 1:udp -h localhost -p 1", all, Array(all[1...])),
            ("shop -d:udp -h localhost -p 1", Array(all[1...]), Array(all[1...])),
        ] {
            let document = try await document(proxy)
            #expect(try values(of: "Ice-Mode", operation(document, "/shop/note", "post")) == note, "\(proxy)")
            #expect(try values(of: "Ice-Mode", operation(document, "/shop/ring", "post")) == ring, "\(proxy)")
            #expect(try values(of: "Ice-Mode", operation(document, "/shop/find", "post")) == nil, "\(proxy)")
        }
    }

    @Test("facets and what callers have to show, of the service")
    func service() async throws {
        let document = try await document("shop:tcp -h localhost -p 1") { configuration in
            configuration.services[0].facets = ["a b"]
            configuration.services[0].authentication = ServiceConfiguration.Authentication(
                apiKeyList: APIKeyList(["alice:0123456789abcdef"]))
            configuration.services.append(ServiceConfiguration(name: "open", proxy: "o:tcp -h localhost -p 1"))
            configuration.services[1].allowedOperations = ["note"]
        }
        let note = try operation(document, "/shop/note", "post")
        #expect(try values(of: "Ice-Facet", note) == ["a%20b"])
        #expect((note["security"] as? [[String: [String]]]) == [["apiKey": []]])
        #expect((note["responses"] as? [String: Any])?["401"] != nil)
        let open = try operation(document, "/open/note", "post")
        #expect(open["security"] == nil)
        #expect((open["responses"] as? [String: Any])?["401"] == nil)
        let result = try operation(document, "/invocations/{id}/result", "get")
        #expect((result["security"] as? [[String: [String]]]) == [["apiKey": []], [:]])
        let components = try #require(document["components"] as? [String: Any])
        #expect((components["securitySchemes"] as? [String: Any])?.keys.sorted() == ["apiKey"])
    }

    @Test("who has the document already gets a 304", arguments: ["/openapi.json", "/openapi.yaml"])
    func entityTag(path: String) async throws {
        try await TestGateway.with { gateway in
            let first = try await gateway.client.send("GET", path)
            #expect(first.status == 200)
            let tag = try #require(first.headers["etag"])
            for field in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let again = try await gateway.client.send("GET", path, headers: ["If-None-Match": field])
                #expect(again.status == 304 && again.body.isEmpty, "\(field)")
                #expect(again.headers["etag"] == tag)
            }
            let other = try await gateway.client.send("GET", path, headers: ["If-None-Match": "\"x\""])
            #expect(other.status == 200 && other.body == first.body)
        }
    }
}
