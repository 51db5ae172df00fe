import Foundation
import IceTesting
import Testing

/// Servants of generated types, called by real Ice clients.
@Suite("Real Ice clients against generated servants", .timeLimit(.minutes(5)))
struct TypedServantTests {
    static let transports = ["tcp", "ssl", "ws"]

    @Test("every type, exception and way of calling, over every transport", arguments: Peer.allCases, transports)
    func everything(peer: Peer, transport: String) async throws {
        try await check(peer, transport: transport)
    }

    @Test("the same in encoding 1.0", arguments: Peer.allCases)
    func oldEncoding(peer: Peer) async throws { try await check(peer, encoding: "1.0") }

    @Test("the same in the sliced format", arguments: Peer.allCases)
    func slicedFormat(peer: Peer) async throws { try await check(peer, isSliced: true) }

    private func check(
        _ peer: Peer, transport: String = "tcp", encoding: String = "1.1", isSliced: Bool = false
    ) async throws {
        let authority = try TypedServer.authority(for: transport)
        var properties = authority.map { TransportTests.properties($0, "client") } ?? [:]
        properties["Ice.AcceptClassCycles"] = "1"
        if isSliced { properties["Ice.Default.SlicedFormat"] = "1" }
        try await TypedServer.with(transport, authority) { server in
            let proxies = ["greeter", "echo", "graphs"].map { "\($0) -e \(encoding):\(server.endpoint)" }
            let lines = try await peer.runClient(
                proxies[0], echo: proxies[1], graphs: proxies[2], properties: properties)
            let checks = try lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary, "\(line)")
            }
            let expected = Self.expected(isPreserving: isSliced && peer == .python38)
            for (check, expected) in zip(checks, expected) { #expect(check == expected as NSDictionary) }
            #expect(checks.count == expected.count)
        }
    }

    /// - Parameter isPreserving: whether unknown slices come back; Ice 3.7 keeps none without metadata, and the compact format
    ///   and encoding 1.0 have no room for them.
    private static func expected(isPreserving: Bool) -> [[String: Any]] {
        func exception(_ check: String, _ typeId: String) -> [String: Any] { ["check": check, "exception": typeId] }
        func checks(_ names: [String]) -> [[String: Any]] { names.map { ["check": $0] } }
        return ServantTests.expected.dropLast() + checks(same + ["invert", "swap", "divide"]) + [
            exception("divide by zero", "::Interop::DivisionByZero"),
            exception("fail base", "::Interop::InteropError"),
            exception("fail division", "::Interop::DivisionByZero"), exception("fail range", "::Interop::OutOfRange"),
            exception("fail far", "::Interop::FarOutOfRange"), ["check": "fail none", "returnValue": NSNull()],
            exception("failSliced", "::Interop::InteropError"),
            exception("failUndeclared", "::Ice::UnknownUserException"),
            exception("failUnknown", "::Ice::UnknownException"),
            exception("failNotExist", "::Ice::ObjectNotExistException"),
        ] + checks(["oneway", "describe", "batch"]) + [
            exception("timeout", "::Ice::InvocationTimeoutException"), ["check": "pending"], ["check": "category"],
            ["check": "cast", "returnValue": true], ["check": "cast to another", "returnValue": "second"],
        ] + checks(graphs) + [
            ["check": "stranger", "returnValue": isPreserving ? "grey hungry hare 3 True" : "no stranger: grey"],
            ["check": "bite"], ["check": "done"],
        ]
    }

    /// The operations that answer with what they are called with, in the order of the clients.
    private static let same = [
        "echoBool", "echoByte", "echoShort", "echoInt", "echoLong", "echoFloat", "echoDouble", "echoString",
        "echoColor", "echoPoint", "echoLine", "echoEverything", "echoSettings", "echoBoolSeq", "echoByteSeq",
        "echoShortSeq", "echoIntSeq", "echoLongSeq", "echoFloatSeq", "echoDoubleSeq", "echoStringSeq", "echoColorSeq",
        "echoPointSeq", "echoLineSeq", "echoIntSeqSeq", "echoStringIntDictSeq", "echoStringIntDict",
        "echoStringStringDict", "echoBoolStringDict", "echoByteStringDict", "echoShortStringDict", "echoIntStringDict",
        "echoLongStringDict", "echoColorPointDict", "echoKeyStringDict", "echoStringPointSeqDict",
    ]

    private static let graphs = [
        "echoNode", "echoAnimal", "echoAnimalSeq", "echoCage", "echoAny", "echoAnimalSliced", "echoProxy",
        "echoOptional",
    ]
}
