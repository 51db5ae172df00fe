/// Makes definitions of tokens, as Ice 3.7 and 3.8 spell them.
///
/// After an error it goes on behind the next `;` or `}`, so that one mistake gives one message.
struct Parser {
    /// Something was reported; the caller finds a place to go on.
    struct Failure: Error {}

    /// How deep modules may nest.
    static let maximumDepth = 128

    let tokens: [Token]
    let map: SourceMap
    let sink: DiagnosticSink
    var index = 0
    var depth = 0
    var file = Syntax.File()
    /// The inclusions in which a definition has begun.
    var startedUnits: Set<Int32> = []

    init(tokens: [Token], map: SourceMap, sink: DiagnosticSink) {
        self.tokens = tokens
        self.map = map
        self.sink = sink
    }

    static func parse(_ tokens: [Token], map: SourceMap, sink: DiagnosticSink) -> Syntax.File {
        var parser = Parser(tokens: tokens, map: map, sink: sink)
        parser.file.definitions = parser.definitions(isTopLevel: true)
        return parser.file
    }

    // MARK: Tokens

    var current: Token { tokens[index] }

    func peek(_ ahead: Int) -> Token { tokens[min(index + ahead, tokens.count - 1)] }

    var isAtEnd: Bool { current.kind == .end }

    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[index]
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    mutating func accept(_ punctuation: String) -> Bool {
        guard current.isPunctuation(punctuation) else { return false }
        advance()
        return true
    }

    mutating func accept(_ keyword: Keyword) -> Bool {
        guard current.kind == .keyword(keyword) else { return false }
        advance()
        return true
    }

    func unexpected(_ expected: String? = nil) -> Failure {
        let expectation = expected.map { ", expecting \($0)" } ?? ""
        sink.error("syntax error, unexpected \(current.description)\(expectation)", at: current.span)
        return Failure()
    }

    @discardableResult
    mutating func expect(_ punctuation: String) throws(Failure) -> Token {
        guard current.isPunctuation(punctuation) else { throw unexpected("'\(punctuation)'") }
        return advance()
    }

    // MARK: Recovery

    /// Skips what can't be understood: up to and with a `;`, or a `{…}` block, or up to a `}` or the next definition.
    mutating func recover() {
        var isFirst = true
        while !isAtEnd {
            if current.isPunctuation("}") { return }
            if accept(";") { return }
            if current.isPunctuation("{") {
                skipBlock()
                _ = accept(";")
                return
            }
            if !isFirst, startsDefinition(current) { return }
            isFirst = false
            advance()
        }
    }

    private mutating func skipBlock() {
        var nesting = 0
        while !isAtEnd {
            let token = advance()
            if token.isPunctuation("{") {
                nesting += 1
            } else if token.isPunctuation("}") {
                nesting -= 1
                if nesting == 0 { return }
            }
        }
    }

    /// A definition begins with this token, going by the keyword.
    func startsDefinition(_ token: Token) -> Bool {
        guard case .keyword(let keyword) = token.kind else { return false }
        switch keyword {
        case .module, .class, .const, .dictionary, .enum, .exception, .interface, .sequence, .struct: return true
        default: return false
        }
    }

    // MARK: Names

    /// The name of what is being declared.
    mutating func declaredName(_ what: String = "name") throws(Failure) -> Syntax.Name {
        let token = current
        switch token.kind {
        case .identifier:
            advance()
            if token.isScoped {
                sink.error("illegal identifier: \(what) '\(token.text)' cannot be scoped", at: token.span)
                throw Failure()
            }
            return Syntax.Name(text: token.text, span: token.span)
        case .keyword:
            // Only when the keyword stands where the name should: `struct int {`, not `struct S { int } struct`.
            advance()
            let use = ["class name", "interface name", "enumerator"].contains(what) ? what : "a name"
            sink.error("keyword '\(token.text)' cannot be used as \(use)", at: token.span)
            return Syntax.Name(text: token.text, span: token.span)
        default:
            throw unexpected("\("aeiou".contains(what.prefix(1)) ? "an" : "a") \(what)")
        }
    }

    /// A reference to something declared elsewhere.
    mutating func reference() throws(Failure) -> Syntax.Name {
        guard case .identifier = current.kind else { throw unexpected("a name") }
        let token = advance()
        return Syntax.Name(text: token.text, span: token.span)
    }

    mutating func referenceList() throws(Failure) -> [Syntax.Name] {
        var names = [try baseReference()]
        while accept(",") { names.append(try baseReference()) }
        return names
    }

    /// A reference that may also be `Object` or `Value`, which the checker then refuses.
    mutating func baseReference() throws(Failure) -> Syntax.Name {
        if current.kind == .keyword(.object) || current.kind == .keyword(.value) {
            let token = advance()
            return Syntax.Name(text: token.text, span: token.span)
        }
        return try reference()
    }

    // MARK: Metadata

    /// Metadata blocks and the doc comment that stand before an element.
    mutating func prefix() throws(Failure) -> Syntax.Prefix {
        var result = Syntax.Prefix(comment: current.comment, span: current.span)
        while current.isPunctuation("[") {
            result.metadata += try metadata()
            if current.comment >= 0 { result.comment = current.comment }
        }
        return result
    }

    /// Metadata of an inner type: of an element, key or value.
    mutating func innerMetadata() throws(Failure) -> [Syntax.Directive] { try prefix().metadata }

    private mutating func metadata() throws(Failure) -> [Syntax.Directive] {
        let open = try expect("[")
        if accept("]") {
            sink.warning("no directives were provided in metadata list", at: open.span)
            return []
        }
        return try directives(close: "]")
    }

    /// `"a", "b" "c"]`; adjacent literals join.
    private mutating func directives(close: String) throws(Failure) -> [Syntax.Directive] {
        var result: [Syntax.Directive] = []
        while true {
            guard case .string(var text) = current.kind else {
                sink.error(
                    "invalid tokens in metadata: \(current.description) (maybe you forgot to wrap it in quotes?)",
                    at: current.span)
                while !isAtEnd, !current.isPunctuation(close), !current.isPunctuation(";"),
                    !current.isPunctuation("{"), !current.isPunctuation("}")
                {
                    advance()
                }
                _ = accept(close)
                return result
            }
            let span = advance().span
            while case .string(let more) = current.kind {
                text += more
                advance()
            }
            result.append(Syntax.Directive(text: text, span: span))
            if accept(",") { continue }
            try expect(close)
            return result
        }
    }

    /// `[["…"]]`
    mutating func fileMetadata() throws(Failure) {
        let open = try expect("[[")
        let directives = accept("]]") ? [] : try directives(close: "]]")
        if startedUnits.contains(open.span.position.unit) {
            sink.error("file metadata must appear before any definitions", at: open.span)
        }
        let isMain = map.isMain(open.span.position)
        file.metadata += directives.map { ($0, isMain) }
    }
}
