import IceTesting
import Testing

@Suite("JSON values") struct JSONValueTests {
    @Test(
        "a text comes back as it was",
        arguments: [
            #"{"a":[1,-0.0,1e400,true,false,null],"b":{"":"é\"\\\n"}}"#, "9007199254740993", #""""#, "[]", "{}",
        ])
    func roundTrip(_ text: String) throws {
        #expect(try JSONValue(parsing: text).description == text)
    }

    @Test("what is no JSON is refused", arguments: ["", "{", "01", #"{"a":1,"a":2}"#, "nul", "1 2", "\u{FEFF}1"])
    func refusals(_ text: String) {
        #expect(throws: MockFailure.self) { try JSONValue(parsing: text) }
    }

    @Test("parts")
    func parts() {
        let value: JSONValue = ["s": "x", "i": 5, "l": "9007199254740993", "d": 1.5, "b": true, "a": [1, .null]]
        #expect(value["s"]?.string == "x" && value["i"]?.integer == 5 && value["d"]?.double == 1.5)
        #expect(value["l"]?.integer == 9_007_199_254_740_993 && value["b"]?.bool == true)
        #expect(value["a"]?["1"] == .null && value["a"]?["2"] == nil && value["z"] == nil)
    }
}
