import Foundation
import Ice
import IceEncoding
import IceTesting
import SliceJSON
import Testing

@testable import Gateway

@Suite("Only slices that were given out are taken back", .timeLimit(.minutes(5))) struct SliceSealTests {
    private let forest: Forest
    private let key: SlicesKey
    private let other: SlicesKey

    init() throws {
        forest = try Forest()
        key = try #require(SlicesKey("sixteen bytes ok"))
        other = try #require(SlicesKey("sixteen bytes no"))
    }

    private func gateway(_ key: SlicesKey, takesAny: Bool = false) throws -> OperationPlan {
        try Forest.gateway(KeyedSliceSeal(key, takesAny: takesAny))
    }

    /// The only string in `@slices`.
    private func slices(_ tree: String) throws -> Substring {
        try #require(try /"@slices":\["([^"]*)"\]/.firstMatch(in: tree)?.output.1)
    }

    private func expectRefused(
        _ tree: String, by gateway: OperationPlan, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: JSONError.self, sourceLocation: sourceLocation) {
            try forest.taken(tree, by: gateway)
        }
        #expect(error?.code == .badSlices && error?.pointer == "/tree/@slices/0", sourceLocation: sourceLocation)
    }

    @Test("the code is HMAC-SHA256, cut to 16 bytes")
    func vector() throws {
        // RFC 4231, test case 1.
        let key = try #require(SlicesKey(String(repeating: "\u{0B}", count: 20)))
        var slice = OutputBuffer()
        slice.append("Hi There")
        KeyedSliceSeal(key).seal(&slice)
        let code = slice.bytes.dropFirst(8).map { String($0, radix: 16) }.joined(separator: " ")
        #expect(code == "b0 34 4c 61 d8 db 38 53 5c a8 af ce af b f1 2b")
        #expect(KeyedSliceSeal(key).unsealed(slice.bytes)?.elementsEqual("Hi There".utf8) == true)
    }

    @Test("what was given out comes back, also after a change of a member")
    func givenOut() throws {
        let gateway = try gateway(key)
        let tree = try forest.given(Forest.oak("a"), by: gateway)
        #expect(try forest.taken(tree, by: gateway) == Forest.oak("a"))
        let renamed = tree.replacing(#""name":"a""#, with: #""name":"b""#)
        let expected = Forest.oak("a").replacing(#""name":"a""#, with: #""name":"b""#)
        #expect(try forest.taken(renamed, by: gateway) == expected)
    }

    @Test("a slice that a client made up is refused, one of another key too")
    func forged() throws {
        let gateway = try gateway(key)
        expectRefused(try forest.given(Forest.oak("a"), by: try Forest.gateway(nil)), by: gateway)
        expectRefused(try forest.given(Forest.oak("a"), by: try self.gateway(other)), by: gateway)
        expectRefused(try forest.given(Forest.oak("a"), by: try self.gateway(.random())), by: gateway)
        let empty = try forest.given(Forest.oak("a"), by: gateway)
        expectRefused(empty.replacing(try slices(empty), with: ""), by: gateway)
    }

    @Test("a slice of which one bit is another is refused, and one that is cut or longer")
    func changed() throws {
        let gateway = try gateway(key)
        let tree = try forest.given(Forest.oak("a"), by: gateway)
        let slices = String(try slices(tree))
        let bytes = Array(try #require(Data(base64Encoded: slices)))
        func with(_ bytes: [UInt8]) -> String {
            tree.replacing(slices, with: Data(bytes).base64EncodedString())
        }
        #expect(with(bytes) == tree)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            expectRefused(with(changed), by: gateway)
        }
        for count in 0..<bytes.count {
            expectRefused(with(Array(bytes.prefix(count))), by: gateway)
            expectRefused(with(Array(bytes.suffix(count))), by: gateway)
        }
        expectRefused(with(bytes + [0]), by: gateway)
    }

    @Test("a slice may move to another instance: both were given out")
    func moved() throws {
        let gateway = try gateway(key)
        let first = try forest.given(Forest.oak("a", home: "x"), by: gateway)
        let second = try forest.given(Forest.oak("b", home: "y"), by: gateway)
        let moved = first.replacing(try slices(first), with: try slices(second))
        #expect(try forest.taken(moved, by: gateway) == Forest.oak("a", home: "y"))
    }

    @Test("where every proxy is taken, a slice from anywhere is: it is given out with a code all the same")
    func any() throws {
        let gateway = try gateway(key, takesAny: true)
        let tree = try forest.given(Forest.oak("a"), by: try self.gateway(other))
        #expect(try forest.taken(tree, by: gateway) == Forest.oak("a"))
        // After a change of the configuration, what was given out before is still good.
        let before = try forest.given(Forest.oak("a"), by: gateway)
        #expect(try forest.taken(before, by: try self.gateway(key)) == Forest.oak("a"))
        expectRefused(tree.replacing(try slices(tree), with: "AAAA"), by: gateway)
    }

    @Test("a configured key holds for every gateway that has it, one of chance for those of one loader")
    func loaders() async throws {
        let communicator = try Communicator()
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "shop", proxy: "shop:tcp -h localhost -p 1")]
        func plan(_ loader: GatewayLoader, _ key: SlicesKey?) throws -> OperationPlan {
            configuration.slicesKey = key
            let result = loader.load(configuration, model: try Forest.knownModel())
            return try #require(result.gateway?.routes.routes.first?.plan, "\(result.errors)")
        }
        let (one, two) = (GatewayLoader(communicator: communicator), GatewayLoader(communicator: communicator))
        for (giver, taker, isTaken) in [
            (try plan(one, key), try plan(two, key), true), (try plan(one, key), try plan(one, other), false),
            (try plan(one, nil), try plan(one, nil), true), (try plan(one, nil), try plan(two, nil), false),
        ] {
            let tree = try forest.given(Forest.oak("a"), by: giver)
            if isTaken {
                #expect(try forest.taken(tree, by: taker) == Forest.oak("a"))
            } else {
                expectRefused(tree, by: taker)
            }
        }
        await communicator.destroy()
    }

    @Test("over HTTP: what a client was given reaches the server, what it made up does not")
    func http() async throws {
        try await TestGateway.with { gateway in
            let forest = try Forest()
            let reply = try forest.reply(Forest.oak("a"))
            gateway.servant.on("replant") { request in
                let payload = Array(request.inEncaps.dropFirst(6))
                // The oak is asked for by its name.
                guard String(decoding: payload, as: UTF8.self).contains("::Test::Oak") else {
                    return OutgoingResponse(outEncaps: Encapsulation.make { $0.append(reply) })
                }
                let tree = try forest.received(payload)
                #expect(tree == Forest.oak("a"))
                return OutgoingResponse(outEncaps: Encapsulation.make { $0.append(payload) })
            }
            let answer = try await gateway.client.post("/shop/replant", #"{"tree":null}"#)
            #expect(answer.status == 200, "\(answer.body)")
            let tree = String(answer.body.dropFirst(#"{"returnValue":"#.utf8.count).dropLast())
            let back = try await gateway.client.post("/shop/replant", #"{"tree":\#(tree)}"#)
            #expect(back.status == 200 && back.body == answer.body, "\(back.body)")

            let forged = try forest.given(Forest.oak("evil", home: "x:tcp -h evil -p 80"), by: try Forest.gateway(nil))
            let refused = try await gateway.client.post("/shop/replant", #"{"tree":\#(forged)}"#)
            #expect(refused.status == 400)
            let problem = try ReceivedProblem(refused)
            #expect(problem.code == "invalid_value" && problem.dispatched == "no")
            #expect(problem.pointer == "/tree/@slices/0")
            #expect(problem.detail.contains("must come back as they were given out"), "\(problem.detail)")
            #expect(gateway.servant.callCount("replant") == 2)
        }
    }
}
