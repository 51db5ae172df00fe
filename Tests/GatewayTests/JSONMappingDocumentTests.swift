import Foundation
import Gateway
import IceEncoding
import Slice
import SliceJSON
import Testing

/// Every example of docs/json-mapping.md, as its text says.
@Suite struct JSONMappingDocumentTests {
    private struct Block {
        /// The words behind the fence's backquotes.
        var words: [String]
        var text: String
        var line: Int
    }

    private func blocks() throws -> [Block] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let text = try String(contentsOf: root.appendingPathComponent("docs/json-mapping.md"), encoding: .utf8)
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    open = Block(
                        words: line.dropFirst(3).split(separator: " ").map(String.init), text: "", line: index + 1)
                }
            } else {
                open?.text += line + "\n"
            }
        }
        try #require(open == nil)
        return blocks
    }

    /// Without white space outside strings.
    private func minified(_ json: String) -> String {
        var result = ""
        var isString = false
        var isEscaped = false
        for character in json {
            if isString {
                isString = isEscaped || character != "\""
                isEscaped = !isEscaped && character == "\\"
                result.append(character)
            } else if !character.isWhitespace {
                isString = character == "\""
                result.append(character)
            }
        }
        return result
    }

    private func encoded(
        _ json: String, _ encode: (UnsafeRawBufferPointer, inout OutputBuffer) throws -> Void
    ) throws -> OutputBuffer {
        var json = json
        var out = OutputBuffer()
        try json.withUTF8 { try encode(UnsafeRawBufferPointer($0), &out) }
        return out
    }

    private func text(_ decode: (inout OutputBuffer) throws -> Void) throws -> String {
        var out = OutputBuffer()
        try decode(&out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test("every example is true")
    func examples() throws {
        let blocks = try blocks()
        var slice = "module Doc {\n"
        for block in blocks where block.words == ["slice"] { slice += block.text }
        let types = Set(blocks.filter { $0.words.first == "json" }.compactMap { $0.words.dropFirst().first })
            .subtracting(["request", "answer", "exception"]).sorted()
        slice += "interface Examples { void raise();"
        for (index, type) in types.enumerated() { slice += " void f\(index)(\(type) v);" }
        slice += " } }"
        let compilation = SliceCompiler.compile(source: slice)
        let model = try #require(compilation.model, "\(compilation.diagnostics)")
        let plans = PlanLibrary(model: model, proxies: GatewayProxies(ProxyPolicy(accept: .any)))
        func plan(_ name: String) throws -> OperationPlan {
            let found = model.interfaces.values.flatMap(\.operations).first { $0.info.name == name }
            let operation = try #require(found)
            let plan = try #require(plans[operation])
            try #require(plan.unsupported == nil)
            return plan
        }
        var count = 0
        var before = ""
        for (index, block) in blocks.enumerated() where block.words.first == "json" {
            let json = minified(block.text)
            let place = Comment(rawValue: "docs/json-mapping.md:\(block.line): \(json)")
            count += 1
            switch block.words[1] {
            case "request", "answer":
                let plan = try plan(block.words[2])
                let isRequest = block.words[1] == "request"
                let out = try encoded(json) { text, out in
                    try isRequest
                        ? plan.encodeArguments(text, encoding: .v1_1, into: &out)
                        : plan.encodeResult(text, encoding: .v1_1, into: &out)
                }
                let again = try text { text in
                    try isRequest
                        ? plan.decodeArguments(InputCursor(out.bytes), encoding: .v1_1, into: &text)
                        : plan.decodeResult(InputCursor(out.bytes), encoding: .v1_1, into: &text)
                }
                #expect(again == json, place)
            case "exception":
                var raise = try #require(
                    model.interfaces.values.flatMap(\.operations).first { $0.info.name == "raise" })
                raise.exceptions = model.exceptions.keys.sorted()
                let plan = OperationPlan.compile(raise, model: model)
                let out = try encoded(json) { try plan.encodeException($0, encoding: .v1_1, into: &$1) }
                let again = try text { text in
                    _ = try plan.decodeException(InputCursor(out.bytes), encoding: .v1_1, into: &text)
                }
                #expect(again == json, place)
            default:
                let type = block.words[1]
                let number = try #require(types.firstIndex(of: type))
                let plan = try plan("f\(number)")
                let request = "{\"v\":\(json)}"
                if block.words.last == "refused" {
                    let expected = blocks[index + 1]
                    #expect(expected.words == ["text"], place)
                    let error = #expect(throws: JSONError.self, place) {
                        _ = try encoded(request) { try plan.encodeArguments($0, encoding: .v1_1, into: &$1) }
                    }
                    let pointer = (error?.pointer ?? "").dropFirst("/v".count)
                    let message = (pointer.isEmpty ? "" : "\(pointer): ") + (error?.message ?? "")
                    #expect(message + "\n" == expected.text, place)
                    continue
                }
                let out = try encoded(request) { try plan.encodeArguments($0, encoding: .v1_1, into: &$1) }
                let again = try text { try plan.decodeArguments(InputCursor(out.bytes), encoding: .v1_1, into: &$0) }
                if block.words.last != "also" { before = json }
                #expect(again == "{\"v\":\(before)}", place)
            }
        }
        #expect(count >= 46)
    }
}
