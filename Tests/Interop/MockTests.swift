import Foundation
import Glibc
import Ice
import IceTesting
import Testing

/// Real Ice clients, and a gateway, call what `icegate mock` serves.
@Suite("icegate mock", .timeLimit(.minutes(5))) struct MockTests {
    private static let interop = [
        "\(Repository.slice)/Greeter.ice", "\(Repository.peers)/Interop.ice", "\(Repository.peers)/PeerOnly.ice",
    ]
    private static let vectors = "\(Repository.root)/Tests/SliceJSONTests/Vectors/Vectors.ice"

    /// Runs `body` with the mock's process, its endpoint and the command line that it suggests, then sees it end by itself.
    private func withMock<Result: Sendable>(
        _ arguments: [String],
        _ body: (_ process: ChildProcess, _ endpoint: String, _ tip: String) async throws -> Result
    ) async throws -> Result {
        let process = try ChildProcess.launch(
            [Repository.icegate, "mock", "--endpoints", "tcp -h 127.0.0.1 -p 0"] + arguments, endsWithInput: false)
        return try await ending(process) {
            let tip = try await process.line(containing: "Try: icegate serve ")
            let port = try #require(tip.firstMatch(of: /127\.0\.0\.1 -p (\d+)/)?.1)
            let result = try await body(process, "tcp -h 127.0.0.1 -p \(port)", String(tip.dropFirst("Try: ".count)))
            process.send(SIGTERM)
            #expect(try await process.waitForExit() == 0, "\(process.standardError)")
            return result
        }
    }

    @Test("real clients' checks of every type, every exception and both facets all go", arguments: Peer.allCases)
    func clients(peer: Peer) async throws {
        let answers = ["--answers", "\(Repository.peers)/mock_answers.json", "--facet", "second"]
        let lines = try await withMock(Self.interop + answers) { _, endpoint, _ in
            try await peer.runClient("greeter:\(endpoint)", echo: "echo:\(endpoint)")
        }
        let checks = try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary, "\(line)")
        }
        let greeterChecks = ServantTests.expected.dropLast()
        try #require(checks.count > greeterChecks.count)
        for (check, expected) in zip(checks, greeterChecks) { #expect(check == expected as NSDictionary) }
        let exceptions = checks.dropFirst(greeterChecks.count).compactMap { $0["exception"] as? String }
        #expect(
            exceptions == [
                "::Interop::DivisionByZero", "::Interop::InteropError", "::Interop::DivisionByZero",
                "::Interop::OutOfRange", "::Interop::FarOutOfRange", "::Interop::InteropError",
                "::Ice::UnknownUserException", "::Ice::UnknownException", "::Ice::ObjectNotExistException",
            ])
        #expect(checks.last == ["check": "done"])
    }

    @Test("the gateway calls every operation of every type, with the examples it documents")
    func gateway() async throws {
        try await withMock([Self.vectors, "--record"]) { mock, _, tip in
            let words = try shellWords(tip)
            try await GatewayProcess.with(Array(words.dropFirst())) { gateway in
                let document = try await gateway.client.get("openapi.json")
                let examples = try examples(in: document.body)
                #expect(examples.count > 90)
                for (path, example) in examples.sorted(by: { $0.key < $1.key }) {
                    let body = try String(
                        decoding: JSONSerialization.data(withJSONObject: example, options: .sortedKeys), as: UTF8.self)
                    let answer = try await gateway.post(String(path.dropFirst()), body)
                    #expect(answer.status == 200, "\(path) \(body): \(answer.body)")
                    let line = try await mock.line(containing: "{\"interface\":")
                    let call = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                    #expect(call["operation"] as? String == path.split(separator: "/").last.map(String.init))
                    #expect(call["parameters"] as? NSDictionary == example, "\(path): \(line)")
                    let result = try #require(call["result"] as? NSDictionary, "\(line)")
                    let answered = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? NSDictionary
                    #expect(answered == result, "\(path)")
                }
            }
        }
    }

    /// The words of a command line as `sh` reads them.
    private func shellWords(_ line: String) throws -> [String] {
        var words: [String] = []
        for match in line.matches(of: /'([^']*)'|([^ ']+)/) { words.append(String(match.1 ?? match.2 ?? "")) }
        return words
    }

    /// The request of each path that has an example.
    private func examples(in document: String) throws -> [String: NSDictionary] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
        let paths = try #require(object["paths"] as? [String: [String: Any]])
        return paths.compactMapValues { path in
            let post = path["post"] as? [String: Any]
            let body = post?["requestBody"] as? [String: Any]
            let content = (body?["content"] as? [String: Any])?["application/json"] as? [String: Any]
            return content?["example"] as? NSDictionary
        }
    }

    @Test(
        "what can't be mocked says why, and exits with 1",
        arguments: [
            (["mock", "/no/such.ice"], "no such file or folder"),
            (["mock", "SLICE/Greeter.ice", "--answers", "/no/such.json"], "can't be read"),
            (["mock", "SLICE/Greeter.ice", "--identity", "a=::No::Such"], "::No::Such is not in the Slice files"),
            (["mock", "SLICE/Greeter.ice", "--identity", "a//b"], "--identity 'a//b'"),
            (["mock", "SLICE/Greeter.ice", "--endpoints", "nowhere"], "cannot listen at 'nowhere'"),
            (["mock", "SLICE/Greeter.ice", "PEERS/Interop.ice", "--identity", "a"], "several interfaces"),
            (["mock", "SLICE/Greeter.ice", "--identity", "a", "--identity", "a"], "two objects have the identity 'a'"),
            (["mock"], "Missing expected argument"),
        ])
    func complaints(_ arguments: [String], _ complaint: String) async throws {
        let words = arguments.map {
            $0.replacingOccurrences(of: "SLICE", with: Repository.slice)
                .replacingOccurrences(of: "PEERS", with: Repository.peers)
        }
        let process = try ChildProcess.launch([Repository.icegate] + words)
        _ = await process.remainingLines()
        let status = try await process.waitForExit()
        let errors = try await process.allStandardError()
        #expect(status != 0 && errors.contains(complaint), "\(status): \(errors)")
    }

    @Test("faults of Slice and answers are told with their place")
    func places() async throws {
        try await TemporaryFolder.with { folder in
            let answers = "\(folder)/answers.json"
            try "{\n  \"greet\": 5,\n  \"meet\": 1\n}\n".write(toFile: answers, atomically: true, encoding: .utf8)
            let slice = "\(folder)/Bad.ice"
            try "module M {\n interface I { Nope f(); }\n}\n".write(toFile: slice, atomically: true, encoding: .utf8)
            for (arguments, expected) in [
                (
                    ["\(Repository.slice)/Greeter.ice", "--answers", answers],
                    ["\(answers):2:12: error: /returnValue: expected", "\(answers):3:3: error: no interface"]
                ),
                ([slice], ["\(slice):2:16: error: 'Nope' is not defined"]),
            ] {
                let process = try ChildProcess.launch([Repository.icegate, "mock"] + arguments)
                _ = await process.remainingLines()
                #expect(try await process.waitForExit() == 1)
                let errors = try await process.allStandardError()
                for text in expected { #expect(errors.contains(text), "\(errors)") }
            }
        }
    }

    @Test("an interrupt ends the mock at once, also while an answer is delayed")
    func interrupt() async throws {
        try await TemporaryFolder.with { folder in
            let answers = "\(folder)/answers.json"
            try #"{"greet": {"@delay": "60m", "returnValue": "late"}}"#
                .write(toFile: answers, atomically: true, encoding: .utf8)
            let arguments = ["\(Repository.slice)/Greeter.ice", "--answers", answers, "--identity", "people/bob"]
            try await withMock(arguments) { mock, endpoint, _ in
                let communicator = try Communicator()
                let proxy = try #require(try communicator.makeProxy("people/bob:\(endpoint)"))
                let late = try proxy.ice_invokeAsync(
                    operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("x") })
                // Requests of a connection are begun in their order.
                try await proxy.ice_ping()
                mock.send(SIGINT)
                let result = try await late.value
                #expect(try Encapsulation.read(result.outEncaps) { try $0.readString() } == "late")
                await communicator.destroy()
            }
        }
    }
}
