import Slice
import Testing

@testable import IcegateCommands

@Suite("Texts of commands") struct TextTests {
    @Test(
        "JSON is indented, and its values keep their spelling",
        arguments: [
            (#"{}"#, "{}"), (#"[]"#, "[]"), (#"{"a":[]}"#, "{\n  \"a\": []\n}"),
            (
                #"{"a":-0.0,"b":[1,{"c":"x,]{\":"}]}"#,
                "{\n  \"a\": -0.0,\n  \"b\": [\n    1,\n    {\n      \"c\": \"x,]{\\\":\"\n    }\n  ]\n}"
            ),
            (#"{"a":"\\","b":"[]"}"#, "{\n  \"a\": \"\\\\\",\n  \"b\": \"[]\"\n}"),
            (#"[[],[{}]]"#, "[\n  [],\n  [\n    {}\n  ]\n]"),
        ])
    func indents(_ json: String, _ expected: String) {
        #expect(String(decoding: JSONIndent.indented(Array(json.utf8)), as: UTF8.self) == expected)
    }

    @Test("control characters that JSON lets stand have escapes on a terminal, other characters not")
    func jsonWithoutControls() {
        let json = "\"a\u{7f}\u{80}\u{9b}31m\u{9f}\u{a0}\u{c2}\u{49b}ß🙂\\u001b\""
        let expected = "\"a\\u007f\\u0080\\u009b31m\\u009f\u{a0}\u{c2}\u{49b}ß🙂\\u001b\""
        #expect(JSONIndent.withoutControls(Array(json.utf8)) == Array(expected.utf8))
    }

    @Test("without a terminal nothing is coloured, and control characters are shown, not sent")
    func plain() {
        let painter = Painter(isOn: false)
        #expect(painter.paint("a:1:2: error: bad\n  x\ty\n  ^~") == "a:1:2: error: bad\n  x\ty\n  ^~")
        #expect(painter.paint("a: error: \u{1b}[31mred\u{9b}") == "a: error: \\u{1b}[31mred\\u{9b}")
    }

    @Test("on a terminal severity, caret and hint are coloured, and the text is the same without the colours")
    func coloured() {
        let text = "a.ice:1:2: error: bad: error: worse\n    module M\n      ^~~\n    hint: do it\nb: warning: w\nplain"
        let painted = Painter(isOn: true).paint(text)
        #expect(painted.contains("\u{1b}[1;31merror: "))
        #expect(painted.contains("\u{1b}[1;32m^~~"))
        #expect(painted.contains("\u{1b}[1;36mhint:"))
        #expect(painted.replacing(/\u{1b}\[[0-9;]*m/, with: "") == text)
    }

    @Test(
        "what was meant is found by its letters",
        arguments: [
            ("listn", "listen"), ("Listen", "listen"), ("theads", "threads"), ("sevrices", "services"),
            ("xyz", nil), ("", nil), ("invocation", "invocations"),
        ] as [(String, String?)])
    func nearest(_ word: String, _ expected: String?) {
        let known = ["listen", "threads", "services", "slice", "invocations", "log"]
        #expect(Suggestion.nearest(to: word, in: known) == expected)
    }

    @Test(
        "services have the names of their interfaces",
        arguments: [
            ("::VisitorCenter::Greeter", "greeter"), ("::Demo::ShoppingCart", "shoppingCart"),
            ("::Demo::URLStore", "urlStore"), ("::A::API", "api"), ("", ""),
        ])
    func names(_ typeId: String, _ expected: String) { #expect(ServiceNaming.name(of: typeId) == expected) }

    @Test("words of a command line can be pasted")
    func quoting() {
        #expect(ShellText.line(["a/b-c", "x y", "it's", ""]) == "a/b-c 'x y' 'it'\\''s' ''")
    }
}
