import Testing

/// Values make the way JSON → Ice → a real servant → Ice → JSON unchanged. Texts are compared, not parsed values:
/// what comes back has to be spelt as the contract says.
@Suite("Values through real Ice servers")
struct EchoTests {
    @Test("every type comes back as it went in", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func everyType(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                for (operation, values) in Self.values {
                    for value in values {
                        let answer = try await gateway.post("echo/\(operation)", #"{"value":\#(value)}"#)
                        #expect(answer.status == 200, "\(operation) \(value.prefix(200)): \(answer.body)")
                        #expect(answer.body == #"{"returnValue":\#(value)}"#, "\(operation)")
                    }
                }
            }
        }
    }

    @Test("each operation's results have their names and order", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func results(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                for (path, arguments, result) in Self.results {
                    let answer = try await gateway.post(path, arguments)
                    #expect(answer.status == 200, "\(path): \(answer.body)")
                    #expect(answer.body == result, "\(path)")
                }
            }
        }
    }

    @Test("greetings of odd names and of a large one", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func greetings(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let large = String(repeating: "x", count: 300_000)
                for name in ["alice", "", "Zoë 🙂", #"\u0000"#, #"\"\\\n"#, large] {
                    let answer = try await gateway.post("greeter/greet", #"{"name":"\#(name)"}"#)
                    #expect(answer.status == 200)
                    #expect(answer.body == #"{"returnValue":"Hello, \#(name)!"}"#)
                }
            }
        }
    }

    @Test("many calls at once each get their own answer", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func concurrently(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                try await withThrowingTaskGroup(of: (Int, HTTPAnswer).self) { group in
                    for number in 0..<50 {
                        group.addTask { (number, try await gateway.post("echo/echoInt", #"{"value":\#(number)}"#)) }
                    }
                    for try await (number, answer) in group {
                        #expect(answer.body == #"{"returnValue":\#(number)}"#)
                    }
                }
            }
        }
    }

    // MARK: Tables

    /// JSON texts per operation, in the one spelling that answers use; dictionaries sorted by key, as servers may do.
    private static let values: [(operation: String, values: [String])] = [
        ("echoBool", ["true", "false"]),
        ("echoByte", ["0", "127", "128", "255"]),
        ("echoShort", ["-32768", "0", "32767"]),
        ("echoInt", ["-2147483648", "-1", "0", "2147483647"]),
        ("echoLong", [#""-9223372036854775808""#, #""0""#, #""9007199254740993""#, #""9223372036854775807""#]),
        (
            "echoFloat",
            ["-1.5", "0.1", "16777216.0", "3.4028235e38", "1e-45", #""NaN""#, #""Infinity""#, #""-Infinity""#]
        ),
        (
            "echoDouble",
            ["0.1", "-0.0", "5e-324", "1.7976931348623157e308", #""NaN""#, #""Infinity""#, #""-Infinity""#]
        ),
        ("echoString", [#""""#, #""text""#, #""Zoë 🙂 \u0000""#, #""\"\\\n""#]),
        ("echoColor", [#""Red""#, #""Green""#, #""Blue""#, #""Violet""#]),
        ("echoPoint", [#"{"x":1,"y":-2}"#]),
        ("echoLine", [line]),
        ("echoEverything", [everything]),
        (
            "echoSettings",
            [#"{"retries":1,"label":"x","color":"Red","ratio":1.5,"verbose":false,"limit":"2"}"#]
        ),
        ("echoBoolSeq", ["[]", "[true,false]"]),
        ("echoByteSeq", [#""""#, #""AH+A/w==""#, #""\#(String(repeating: "eHh4", count: 1000))""#]),
        ("echoShortSeq", ["[]", "[-1,2]"]),
        ("echoIntSeq", ["[]", "[1,-2,3]", "[\((0..<300).map(String.init).joined(separator: ","))]"]),
        ("echoLongSeq", ["[]", #"["-1","9007199254740993"]"#]),
        ("echoFloatSeq", ["[]", "[0.5,-2.25]"]),
        ("echoDoubleSeq", ["[]", "[0.1,-2e300]"]),
        ("echoStringSeq", ["[]", #"["","Zoë","🙂"]"#]),
        ("echoColorSeq", ["[]", #"["Violet","Red"]"#]),
        ("echoPointSeq", ["[]", #"[{"x":1,"y":2},{"x":3,"y":4}]"#]),
        ("echoLineSeq", ["[]", "[\(line),\(line)]"]),
        ("echoIntSeqSeq", ["[]", "[[],[1],[2,3]]"]),
        ("echoStringIntDictSeq", ["[]", #"[{},{"a":1,"b":2}]"#]),
        ("echoStringIntDict", ["{}", #"{"":-1,"a":1}"#]),
        ("echoStringStringDict", ["{}", #"{"":"","a":"b"}"#]),
        ("echoBoolStringDict", ["{}", #"{"false":"no","true":"yes"}"#]),
        ("echoByteStringDict", ["{}", #"{"0":"none","255":"all"}"#]),
        ("echoShortStringDict", ["{}", #"{"-32768":"least","7":"seven"}"#]),
        ("echoIntStringDict", ["{}", #"{"-1":"minus one","1":"one"}"#]),
        ("echoLongStringDict", ["{}", #"{"9007199254740993":"odd"}"#]),
        ("echoColorPointDict", ["{}", #"{"Red":{"x":1,"y":2},"Violet":{"x":3,"y":4}}"#]),
        ("echoKeyStringDict", ["[]", #"[{"key":{"major":1,"minor":"a"},"value":"x"}]"#]),
        ("echoStringPointSeqDict", ["{}", #"{"none":[],"two":[{"x":1,"y":2},{"x":3,"y":4}]}"#]),
    ]

    private static let line =
        #"{"name":"diagonal","first":{"x":1,"y":-2},"second":{"x":2147483647,"y":-2147483648},"color":"Violet"}"#

    private static let everything =
        #"{"aBool":true,"aByte":255,"aShort":-32768,"anInt":2147483647,"aLong":"-9223372036854775808","aFloat":0.5,"#
        + #""aDouble":0.1,"aString":"text","aColor":"Blue","aPoint":{"x":1,"y":-2}}"#

    private static let defaults =
        #"{"returnValue":{"retries":3,"label":"none","color":"Green","ratio":0.5,"verbose":true,"limit":"9007199254740993"}}"#

    private static let results: [(path: String, arguments: String, result: String)] = [
        (
            "echo/invert",
            #"{"aBool":true,"aShort":1,"anInt":-2,"aLong":"3","aFloat":0.5,"aDouble":-0.25,"aString":"abc","#
                + #""aPoint":{"x":1,"y":-2},"numbers":[1,2,3]}"#,
            #"{"returnValue":"cba","bBool":false,"bShort":-1,"bInt":2,"bLong":"-3","bFloat":-0.5,"bDouble":0.25,"#
                + #""bPoint":{"x":-1,"y":2},"reversed":[3,2,1]}"#
        ),
        ("echo/swap", #"{"first":"text","second":{"x":1,"y":2}}"#, #"{"a":{"x":1,"y":2},"b":"text"}"#),
        ("echo/divide", #"{"dividend":7,"divisor":2}"#, #"{"returnValue":3,"remainder":1}"#),
        ("echo/fail", #"{"kind":"not at all"}"#, "{}"),
        ("echo/resetTicks", "", "{}"),
        ("echo/sleep", #"{"milliseconds":1}"#, "{}"),
        ("echo/fetch", #"{"key":"k"}"#, #"{"returnValue":"value of k"}"#),
        ("echo/echoSettings", #"{"value":{}}"#, defaults),
        (
            "echo/describe", "{}",
            #"{"returnValue":{"name":"echo","category":"","facet":"","operation":"describe","isIdempotent":false,"context":{}}}"#
        ),
        (
            "echo/describeIdempotent", "{}",
            #"{"returnValue":{"name":"echo","category":"","facet":"","operation":"describeIdempotent","#
                + #""isIdempotent":true,"context":{}}}"#
        ),
    ]
}
