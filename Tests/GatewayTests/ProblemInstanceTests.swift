import Testing

@testable import Gateway

@Suite("The instance of a problem")
struct ProblemInstanceTests {
    @Test(
        "is a URI reference, whatever the path is",
        arguments: [
            ("/shop/greet", "/shop/greet"), ("/a%2Fb;c=1,(d)'@:!$&*+~", "/a%2Fb;c=1,(d)'@:!$&*+~"), ("", ""),
            ("/{x}|\"<>\\^`", "/%7Bx%7D%7C%22%3C%3E%5C%5E%60"), ("/ü", "/%C3%BC"), ("/50%", "/50%25"),
            ("/%zz%4", "/%25zz%254"),
            ("/" + String(repeating: "a", count: 300), "/" + String(repeating: "a", count: 255)),
            ("/" + String(repeating: "a", count: 254) + "%41", "/" + String(repeating: "a", count: 254)),
            ("/" + String(repeating: "a", count: 253) + "%41", "/" + String(repeating: "a", count: 253)),
            ("/" + String(repeating: "a", count: 252) + "%41b", "/" + String(repeating: "a", count: 252) + "%41"),
        ])
    func text(path: String, expected: String) {
        #expect(Array(path.utf8).withUnsafeBytes(ProblemInstance.text) == expected)
    }
}
