import SliceJSON
import Testing

@Suite("Arguments from path, query and body")
struct ArgumentBindingTests {
    static let definitions = """
        enum Color { red, green, blue }
        sequence<int> Ints;
        sequence<string> Strings;
        sequence<byte> Bytes;
        sequence<Bytes> Blobs;
        struct Range { int low = 1; int high; }
        struct Filter { string name; Range range; Strings tags; }
        struct Easy { int low = 1; Ints ids; }
        dictionary<string, int> Counts;
        struct Hard { Counts counts; }
        sequence<Range> Ranges;
        class Node { int n; }
        interface Other {}
        """

    private func harness(
        _ parameters: String, path: [String] = [], fixed: [String: String] = [:], body: ArgumentBinding.Body = .none,
        options: JSONOptions = JSONOptions()
    ) throws -> BindingHarness {
        try BindingHarness(
            parameters, definitions: Self.definitions, path: path, fixed: fixed, body: body, options: options)
    }

    // MARK: Queries

    @Test("Repeated names make sequences, absent ones are empty")
    func sequences() throws {
        let harness = try harness("Ints ids, Blobs blobs")
        #expect(try harness.arguments("ids=3&blobs=AA==&ids=1&ids=2") == #"{"ids":[3,1,2],"blobs":["AA=="]}"#)
        #expect(try harness.arguments() == #"{"ids":[],"blobs":[]}"#)
        let error = try harness.error("ids=1&ids=x")
        #expect(error.code == .wrongType && error.message.contains("'ids.1'"))
    }

    @Test("Dotted names reach into structs, whose defaults hold")
    func structs() throws {
        let harness = try harness("Filter filter")
        #expect(
            try harness.arguments("filter.range.high=9&filter.name=x&filter.tags=a&filter.tags=b")
                == #"{"filter":{"name":"x","range":{"low":1,"high":9},"tags":["a","b"]}}"#)
        #expect(
            try harness.arguments("filter.range.high=9&filter.name=x")
                == #"{"filter":{"name":"x","range":{"low":1,"high":9},"tags":[]}}"#)
        for (query, name) in [
            ("filter.name=x", "filter.range.high"), ("filter.range.high=9", "filter.name"), ("", "filter.name"),
        ] {
            let error = try harness.error(query)
            #expect(error.code == .missingMember && error.source == .parameter)
            #expect(error.message.contains("'\(name)'"), "\(error)")
        }
        #expect(try self.harness("Easy easy").arguments() == #"{"easy":{"low":1,"ids":[]}}"#)
    }

    @Test("Optional parameters may be absent: then they are unset, sequences and structs too")
    func optionals() throws {
        let harness = try harness(
            "optional(1) int n, optional(2) Ints ids, optional(3) Range range, optional(4) Counts c")
        #expect(try harness.arguments() == "{}")
        #expect(try harness.arguments("ids=1&n=0") == #"{"n":0,"ids":[1]}"#)
        #expect(try harness.arguments("range.high=2") == #"{"range":{"low":1,"high":2}}"#)
        #expect(try harness.error("range.low=2").code == .missingMember)
        #expect(try harness.error("c=2").code == .unknownMember)
    }

    @Test("Unknown, missing and repeated names are refused")
    func strict() throws {
        let harness = try harness("int a, int b, Filter filter", path: ["a"])
        let good = "b=1&filter.name=x&filter.range.high=1"
        _ = try harness.encode(path: ["1"], good)
        for (query, code, name) in [
            (good + "&x=1", JSONError.Code.unknownMember, "'x'"), (good + "&filter=1", .unknownMember, "'filter'"),
            (good + "&filter.x=1", .unknownMember, "'filter.x'"), (good + "&=1", .unknownMember, "''"),
            (good + "&B=1", .unknownMember, "'B'"), (good + "&b=1", .duplicateMember, "'b'"),
            (good + "&filter.name=y", .duplicateMember, "'filter.name'"), (good + "&a=1", .duplicateMember, "'a'"),
            ("filter.name=x&filter.range.high=1", .missingMember, "'b'"),
        ] {
            let error = try harness.error(path: ["1"], query)
            #expect(error.code == code && error.source == .parameter && error.message.contains(name), "\(error)")
        }
    }

    @Test("Unknown names may be ignored, as unknown members")
    func lenient() throws {
        let harness = try harness("int a", options: JSONOptions(unknownMembers: .ignore))
        #expect(try harness.arguments("a=1&utm_source=x") == "{\"a\":1}")
    }

    // MARK: Bodies

    @Test("The rest comes from the body")
    func rest() throws {
        let harness = try harness("int id, string name, Counts counts", path: ["id"], body: .rest)
        let expected = #"{"id":7,"name":"x","counts":{"a":1}}"#
        #expect(try harness.arguments(path: ["7"], body: #"{"name":"x","counts":{"a":1}}"#) == expected)
        #expect(try harness.arguments(path: ["7"], "name=x", body: " {\n\"counts\": {\"a\":1} } \n") == expected)
        #expect(
            try self.harness("int id", path: ["id"], body: .rest).arguments(path: ["7"], body: "{ }") == "{\"id\":7}")
        #expect(try self.harness("int id", path: ["id"], body: .rest).arguments(path: ["7"]) == "{\"id\":7}")
        #expect(
            try self.harness("int id, Ints a", path: ["id"], body: .optional).arguments(path: ["7"])
                == #"{"id":7,"a":[]}"#)
    }

    @Test("What is missing is said to come from where it can come from")
    func origins() throws {
        let parameters = "int id, Filter filter, Counts counts"
        let needed = "filter.range.high=1&filter.name=x"
        for (body, query, name, origin) in [
            (ArgumentBinding.Body.rest, nil, "filter", "the query or the body"),
            (.optional, nil, "filter.name", "the query or the body"),
            (.rest, "filter.name=x", "filter.range.high", "the query"), (.rest, needed, "counts", "the body"),
            (.parameter("counts"), nil, "filter.name", "the query"),
        ] as [(ArgumentBinding.Body, String?, String, String)] {
            let error = try harness(parameters, path: ["id"], body: body).error(path: ["7"], query)
            #expect(error.message == "parameter '\(name)' is missing: it comes from \(origin)", "\(body)")
        }
    }

    @Test("What is wrong in the body has its place in the body")
    func restFaults() throws {
        let harness = try harness("int id, string name, Counts counts", path: ["id"], body: .rest)
        for (body, code, pointer) in [
            (#"{"name":1,"counts":{}}"#, JSONError.Code.wrongType, "/name"),
            (#"{"name":"x","counts":{"a":"b"}}"#, .wrongType, "/counts/a"),
            (#"{"name":"x"}"#, .missingMember, "/counts"), (#"{"name":"x","counts":{},"y":1}"#, .unknownMember, "/y"),
            (#"{"name":"x","name":"x","counts":{}}"#, .duplicateMember, "/name"), ("[]", .wrongType, ""),
        ] {
            let error = try harness.error(path: ["7"], body: body)
            #expect(error.code == code && error.source == .body && error.pointer == pointer, "\(body): \(error)")
        }
        let error = try harness.error(path: ["7"], body: "{\n \"name\": tru }")
        #expect(error.code == .malformed && error.line == 2 && error.column == 10, "\(error)")
    }

    @Test("The same parameter in two places is refused")
    func twoPlaces() throws {
        let harness = try harness(
            "int id, string name, string by, Range range", path: ["id"], fixed: ["by": "\"us\""], body: .rest)
        let rest = #""range":{"high":2}"#
        #expect(
            try harness.arguments(path: ["7"], "name=x", body: "{\(rest)}")
                == #"{"id":7,"name":"x","by":"us","range":{"low":1,"high":2}}"#)
        for (query, body, name) in [
            ("name=x", "{\"name\":\"x\",\(rest)}", "'name'"), ("name=x", "{\"id\":1,\(rest)}", "'id'"),
            ("name=x", "{\"by\":\"x\",\(rest)}", "'by'"), ("name=x&id=1", "{\(rest)}", "'id'"),
            ("name=x&by=1", "{\(rest)}", "'by'"), ("name=x&range.high=1", "{\(rest)}", "'range'"),
        ] {
            let error = try harness.error(path: ["7"], query, body: body)
            #expect(error.code == .duplicateMember && error.source == .parameter, "\(error)")
            #expect(error.message.contains(name), "\(error)")
        }
    }

    @Test(
        "A body is one JSON value of its own, whatever comes from elsewhere",
        arguments: [
            "{", "}", "{}{}", "{}}", "{\"name\":\"}", "{\"name\":\"x\"}{", "{\"name\":\"x\",}", "{\"name\":",
            "{\"name\"",
            "{\"name\":\"x\"} x", "\u{FEFF}{\"name\":\"x\"}",
        ])
    func oneValue(body: String) throws {
        for kind in [ArgumentBinding.Body.rest, .optional, .parameter("name")] {
            let harness = try harness("string id, string name", path: ["id"], body: kind)
            let error = try harness.error(path: ["\",\"name\":\"x"], body: body)
            #expect(error.code == .malformed || error.code == .wrongType, "\(error)")
            #expect(error.source == .body)
        }
    }

    @Test("The whole body may be one parameter")
    func wholeBody() throws {
        let harness = try harness(
            "int id, Range range, optional(1) Ranges more", path: ["id"], body: .parameter("range"))
        #expect(try harness.arguments(path: ["7"], body: " {\"high\":2}\n") == #"{"id":7,"range":{"low":1,"high":2}}"#)
        for (body, code, pointer) in [
            (#"{"high":"x"}"#, JSONError.Code.wrongType, "/high"), ("{}", .missingMember, "/high"),
            (#"{"high":1,"x":1}"#, .unknownMember, "/x"), ("[]", .wrongType, ""), ("null", .wrongType, ""),
        ] {
            let error = try harness.error(path: ["7"], body: body)
            #expect(error.code == code && error.source == .body && error.pointer == pointer, "\(body): \(error)")
        }
        let broken = try harness.error(path: ["7"], body: "\n {\"high\" 1}")
        #expect(broken.code == .malformed && broken.line == 2 && broken.column == 10, "\(broken)")
        let absent = try harness.error(path: ["7"])
        #expect(absent.code == .missingMember && absent.message.contains("'range'"), "\(absent)")
        #expect(try harness.error(path: ["7"], "range.high=1", body: "{\"high\":2}").source == .parameter)
        let optional = try self.harness("optional(1) Range range", body: .parameter("range"))
        #expect(try optional.arguments() == "{}")
        #expect(try optional.arguments(body: "null") == "{}")
    }

    @Test("A path may have members of the struct that is the whole body")
    func sharedBody() throws {
        let harness = try harness(
            "Filter filter", path: ["filter.name", "filter.range.high"], body: .parameter("filter"))
        let expected = #"{"filter":{"name":"x","range":{"low":1,"high":5},"tags":["a"]}}"#
        #expect(try harness.arguments(path: ["x", "5"], body: #" {"tags":["a"] } "#) == expected)
        for (body, code, source, text) in [
            (#"{"tags":[],"name":"x"}"#, JSONError.Code.duplicateMember, JSONError.Source.parameter, "'filter.name'"),
            (#"{"tags":[],"range":{}}"#, .duplicateMember, .parameter, "'filter.range'"),
            (#"{}"#, .missingMember, .body, "missing"), ("[]", .wrongType, .body, "object"),
            ("", .missingMember, .parameter, "'filter.tags'"),
            (#"{"tags":1}"#, .wrongType, .body, "array"),
        ] {
            let error = try harness.error(path: ["x", "5"], body: body)
            #expect(error.code == code && error.source == source && error.message.contains(text), "\(body): \(error)")
        }
        #expect(try harness.error(path: ["x", "y"], body: #"{"tags":[]}"#).message.contains("'filter.range.high'"))
    }

    @Test("The whole body may be the bytes of one parameter")
    func rawBody() throws {
        let harness = try harness("string name, Bytes data, optional(1) Bytes more", body: .raw("data"))
        let all = (0...255).map { UInt8($0) }
        let expected = try harness.plan.encode(Array(#"{"name":"x","data":"AAEC"}"#.utf8))
        #expect(try harness.encode(Array("name=x".utf8), body: [0, 1, 2]) == expected)
        #expect(try harness.encode(Array("name=x".utf8), body: all) == [1, 0x78, 255, 0, 1, 0, 0] + all)
        #expect(try harness.arguments("name=x&more=AA==") == #"{"name":"x","data":"","more":"AA=="}"#)
        #expect(try harness.error("name=x&data=AA==", body: "x").code == .duplicateMember)
        #expect(try harness.error(body: "{}").message.contains("'name'"))
        let optional = try self.harness("optional(1) Bytes data", body: .raw("data"))
        #expect(try optional.arguments(body: "\u{0}\u{1}") == #"{"data":"AAE="}"#)
    }

    // MARK: Routes that can't be

    @Test("A parameter needs a place that can carry it")
    func problems() throws {
        func problem(
            _ parameters: String, path: [String] = [], fixed: [String: String] = [:],
            body: ArgumentBinding.Body = .none
        ) throws -> String {
            do {
                _ = try harness(parameters, path: path, fixed: fixed, body: body)
                return ""
            } catch let error as ArgumentBinding.Problem {
                return error.message
            }
        }
        for type in ["Counts", "Ranges", "Hard", "Node", "Other*", "Object"] {
            #expect(try problem("\(type) v").contains("'v' can't come from a query"), "\(type)")
            #expect(try problem("\(type) v", path: ["v"], body: .rest).contains("'v'"), "\(type)")
            #expect(try problem("\(type) v, int n", body: .parameter("n")).contains("'v' can't come from a query"))
            for body in [ArgumentBinding.Body.rest, .optional, .parameter("v")] {
                #expect(try problem("\(type) v", body: body).isEmpty, "\(type)")
            }
        }
        #expect(try problem("int a", path: ["b"]).contains("'b' is no in-parameter"))
        #expect(try problem("Ints a", path: ["a"]).contains("'a' is a sequence"))
        #expect(try problem("Filter a", path: ["a"]).contains("'a'"))
        #expect(try problem("Filter a", path: ["a.name"]).isEmpty)
        #expect(try problem("int a", path: ["a", "a"]).contains("twice"))
        #expect(try problem("int a", path: ["a"], body: .parameter("a")).contains("'a'"))
        #expect(try problem("int a", fixed: ["b": "1"]).contains("'b' is no in-parameter"))
        #expect(try problem("int a", fixed: ["a": "\"x\""]).contains("argument 'a': expected an integer"))
        #expect(try problem("int a", fixed: ["a": "1}"]).contains("argument 'a'"))
        #expect(try problem("int a", fixed: ["a": "1"], body: .parameter("a")).contains("both"))
        #expect(try problem("int a", body: .parameter("b")).contains("'b' is no in-parameter"))
        #expect(try problem("int a", body: .raw("a")).contains("not a sequence<byte>"))
        #expect(try problem("Hard h", fixed: ["h": #"{"counts":{"a":1}}"#]).isEmpty)
    }
}
