import Foundation
import Ice
import IceEncoding
import IceTesting
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct CallTests {
    private func reply(_ request: IncomingRequest, _ write: (inout OutputBuffer) -> Void) -> OutgoingResponse {
        OutgoingResponse(outEncaps: Encapsulation.make(request.current.encoding, write))
    }

    private func userException(_ typeID: String, _ members: (inout OutputBuffer) -> Void) -> OutgoingResponse {
        OutgoingResponse(
            ok: false,
            outEncaps: Encapsulation.make { buffer in
                buffer.append(0x20 as UInt8)
                buffer.appendString(typeID)
                members(&buffer)
            })
    }

    @Test("a call and its result")
    func greet() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { .returns("Hello, \($0["name"]?.string ?? "")!") }
            let answer = try await gateway.client.post("/shop/greet", #"{"name":"alice"}"#)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.body == #"{"returnValue":"Hello, alice!"}"#)
            // A path is the same percent-encoded.
            let encoded = try await gateway.client.post("/sh%6Fp/greet", #"{"name":"b"}"#)
            #expect(encoded.body == #"{"returnValue":"Hello, b!"}"#)
        }
    }

    @Test("structures, sequences, enumerators and out-parameters go through both ways")
    func items() async throws {
        try await TestGateway.with { gateway in
            gateway.servant.on("echoItems") { request in
                let payload = Array(request.inEncaps.dropFirst(6))
                return reply(request) { buffer in
                    // Out-parameters first, the return value last.
                    buffer.appendSize(1)
                    buffer.appendString("n")
                    buffer.append(7 as Int32)
                    buffer.append(payload)
                }
            }
            let items =
                #"[{"sku":"a","qty":-1,"price":0.1,"color":"blue"},{"sku":"é","qty":2,"price":1e+300,"color":"red"}]"#
            let answer = try await gateway.client.post("/shop/echoItems", #"{"items":\#(items)}"#)
            #expect(answer.status == 200, "\(answer.body)")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
            let sent = try JSONSerialization.jsonObject(with: Data(items.utf8)) as? NSArray
            #expect(object["returnValue"] as? NSArray == sent)
            #expect(object["counts"] as? [String: Int] == ["n": 7])
            #expect(answer.body.hasPrefix(#"{"returnValue":"#))
        }
    }

    @Test("a oneway is answered 202 once it is sent, and arrives")
    func oneway() async throws {
        try await TestGateway.with(configure: { $0.services[0].oneway = ["note"] }) { gateway in
            try gateway.answer("note") { call in
                #expect(call.isOneway && call["text"] == "x")
                return .nothing
            }
            let answer = try await gateway.client.post("/shop/note", #"{"text":"x"}"#)
            #expect(answer.status == 202 && answer.body == #"{"sent":true}"#)
            await gateway.servant.waitForCalls("note", count: 1)
        }
    }

    @Test("[\"oneway\"] in Slice is always, too: Ice-Mode: twoway is 400")
    func onewayByMetadata() async throws {
        let slice = "module Library { interface Shelf { [\"oneway\"] void note(string text); } }"
        try await LibraryGateway.with(slice: slice) { gateway in
            let note = #"{"text":"x"}"#
            let twoway = try await gateway.client.post("/shelf/note", note, headers: ["Ice-Mode": "twoway"])
            #expect(try ReceivedProblem(twoway).code == "invalid_header" && twoway.status == 400)
            #expect(try await gateway.client.post("/shelf/note", note).status == 202)
        }
    }

    @Test("Ice-Mode: oneway works for operations without an answer only")
    func onewayByHeader() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("note") { _ in .nothing }
            let twoway = try await gateway.client.post("/shop/note", #"{"text":"x"}"#)
            #expect(twoway.status == 200 && twoway.body == "{}")
            let oneway = try await gateway.client.post(
                "/shop/note", #"{"text":"x"}"#, headers: ["Ice-Mode": "oneway"])
            #expect(oneway.status == 202)
            let refused = try await gateway.client.post(
                "/shop/greet", #"{"name":"x"}"#, headers: ["Ice-Mode": "oneway"])
            #expect(try ReceivedProblem(refused).code == "twoway_only" && refused.status == 400)
        }
    }

    @Test("a user exception is 422 with its typed members, or what the configuration says")
    func userExceptions() async throws {
        for status in [nil, 409] as [Int?] {
            try await TestGateway.with(configure: { $0.exceptions["::Test::Base"] = status }) { gateway in
                try gateway.answer("buy") { _ in
                    .throw(["@type": "::Test::NotEnough", "reason": "sold out", "available": 3])
                }
                let answer = try await gateway.client.post("/shop/buy", #"{"sku":"a","qty":9}"#)
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == status ?? 422)
                #expect(problem.code == "user_exception" && problem.dispatched == "yes" && problem.retryable == false)
                #expect(problem.exception?["@type"] as? String == "::Test::NotEnough")
                #expect(problem.exception?["reason"] as? String == "sold out")
                #expect(problem.exception?["available"] as? Int == 3)
            }
        }
    }

    @Test("an exception the operation does not declare is 500 and keeps its secrets")
    func undeclared() async throws {
        try await TestGateway.with { gateway in
            for typeID in ["::Test::Secret", "::Other::Unknown"] {
                gateway.servant.on("buy") { _ in userException(typeID) { $0.appendString("topsecret") } }
                let answer = try await gateway.client.post("/shop/buy", #"{"sku":"a","qty":9}"#)
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == 500 && problem.code == "unknown_user_exception", "\(answer.body)")
                #expect(!answer.body.contains("topsecret") && !answer.body.contains("Secret"))
            }
        }
    }

    @Test("what a servant throws is 500, its text withheld unless asked for", arguments: [false, true])
    func servantFailure(_ expose: Bool) async throws {
        try await TestGateway.with(configure: { $0.exposeServerText = expose }) { gateway in
            struct Broken: Error {}
            gateway.servant.on("greet") { _ in throw Broken() }
            let unknown = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(unknown).code == "unknown_exception" && unknown.status == 500)
            #expect(try ReceivedProblem(unknown).members["iceException"] as? String == "::Ice::UnknownException")
            #expect(unknown.body.contains("Broken") == expose)
            gateway.servant.on("greet") { _ in throw LocalException(.connectionLost, "inner secret") }
            let local = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(local).code == "unknown_local_exception" && local.status == 500)
            #expect(local.body.contains("inner secret") == expose)
        }
    }

    @Test("objects, facets and operations that don't exist")
    func notExist() async throws {
        try await TestGateway.with { gateway in
            let object = try await gateway.client.post("/nobody/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(object).code == "object_not_exist" && object.status == 404)
            #expect(try ReceivedProblem(object).members["identity"] as? String == "nobody")
            #expect(
                try ReceivedProblem(object).members["iceException"] as? String == "::Ice::ObjectNotExistException")
            #expect(try ReceivedProblem(object).members["replyStatus"] as? Int == 2)
            let facet = try await gateway.client.post("/facet/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(facet).code == "facet_not_exist" && facet.status == 404)
            let operation = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(operation).code == "operation_not_exist" && operation.status == 501)
            #expect(try ReceivedProblem(operation).dispatched == "maybe")
            #expect(try ReceivedProblem(operation).members["replyStatus"] as? Int == 4)
        }
    }

    @Test("an operation that has no JSON says so")
    func unsupported() async throws {
        try await TestGateway.with { gateway in
            let answer = try await gateway.client.post("/shop/odd", "{}")
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 501 && problem.code == "unsupported_operation" && problem.dispatched == "no")
            #expect(problem.detail.contains("out-parameter 'returnValue' has the name of the result"))
        }
    }
}
