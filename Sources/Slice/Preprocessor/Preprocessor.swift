/// Turns a main file and all it includes into one stream of tokens with macros expanded.
///
/// One instance works on one translation unit. Nothing it reads makes it recurse or produce without bound.
final class Preprocessor {
    enum Limit {
        static let includeDepth = 64
        static let includes = 5_000
        static let bytes = 256 << 20
        static let expansionDepth = 64
        static let expandedTokens = 400_000
        /// Of a token made by `#` or `##`, in bytes.
        static let madeToken = 16_384
        static let conditionDepth = 128
    }

    /// One `#if` that is open.
    struct Conditional {
        var span: Span
        /// Its lines are being read.
        var isActive: Bool
        /// One of its branches was read, or none may be.
        var isDone: Bool
        var hasElse = false
    }

    /// A file being read.
    struct Frame {
        var lexer: RawLexer
        var conditionals: [Conditional] = []
    }

    /// Tokens of an expansion waiting to be read.
    struct Expansion {
        var tokens: [RawToken]
        var next = 0
        /// The macro that is not expanded while these are read.
        var macro: String?
        /// Reading stops here: an argument being expanded on its own.
        var isBarrier = false
    }

    let loader: SourceLoader
    let map: SourceMap
    let sink: DiagnosticSink
    var macros: [String: Macro] = [:]
    var frames: [Frame] = []
    var expansions: [Expansion] = []
    var activeMacros: [String: Int] = [:]
    var remainingExpansion = Limit.expandedTokens
    var remainingBytes = Limit.bytes
    var includeCount = 0
    var expansionDepth = 0
    var onceFiles: Set<Int> = []
    /// The raw texts of the doc comments that precede tokens.
    var comments: [(text: String, position: Position)] = []
    var pendingComment: Int32 = -1
    var pendingCommentIsLine = false
    /// Something went so wrong that reading on makes no sense.
    var isStopped = false

    init(loader: SourceLoader, map: SourceMap, sink: DiagnosticSink, defines: [(name: String, value: String)]) {
        self.loader = loader
        self.map = map
        self.sink = sink
        predefine("ICE_VERSION", "30803")
        predefine("__ICE_VERSION__", "30803")
        predefine("__ICEGATE__", "1")
        predefine("__STDC__", "1")
        macros["__LINE__"] = Macro(name: "__LINE__", parameters: nil, body: [], special: .line)
        macros["__FILE__"] = Macro(name: "__FILE__", parameters: nil, body: [], special: .file)
        for define in defines { predefine(define.name, define.value) }
    }

    private func predefine(_ name: String, _ value: String) {
        let file = SourceFile(path: "<command line>", bytes: Array(value.utf8))
        var lexer = RawLexer(file: file, unit: -1)
        var body: [RawToken] = []
        while true {
            let token = lexer.next()
            if token.kind == .end { break }
            if token.kind != .newline, token.kind != .docComment { body.append(token) }
        }
        macros[name] = Macro(name: name, parameters: nil, body: body)
    }

    /// All tokens of the main file, ending with `.end`.
    func run(_ file: SourceFile) -> [RawToken] {
        push(file, includedFrom: nil)
        var tokens: [RawToken] = []
        while let token = nextExpanded(), !isStopped { tokens.append(token) }
        let last = Position(unit: 0, offset: Int32(clamping: max(0, file.text.count)))
        tokens.append(
            RawToken(kind: .end, text: "", span: Span(position: last, length: 1), hasSpaceBefore: true))
        return tokens
    }

    func push(_ file: SourceFile, includedFrom: Position?) {
        let unit = map.addUnit(file, includedFrom: includedFrom)
        remainingBytes -= file.text.count
        frames.append(Frame(lexer: RawLexer(file: file, unit: unit)))
        pendingComment = -1
    }

    func stop(_ message: String, at span: Span) {
        guard !isStopped else { return }
        sink.error(message, at: span)
        isStopped = true
    }

    // MARK: Raw tokens

    var isSkipping: Bool { frames.last?.conditionals.last.map { !$0.isActive } ?? false }

    /// The next token of the files, directives obeyed, macros not yet expanded; nil at the end of the main file.
    func nextRaw() -> RawToken? {
        while !isStopped, let top = frames.indices.last {
            let wasAtLineStart = frames[top].lexer.isAtLineStart
            var token = frames[top].lexer.next()
            switch token.kind {
            case .newline:
                continue
            case .docComment:
                if !isSkipping { remember(token) }
                continue
            case .end:
                finishFile()
                continue
            default:
                break
            }
            if wasAtLineStart, token.isPunctuation("#") || token.isPunctuation("##") {
                if token.text == "##" {
                    if !isSkipping { sink.error("unknown preprocessor directive", at: token.span) }
                    frames[top].lexer.skipToLineEnd()
                } else {
                    directive(hash: token)
                }
                continue
            }
            if token.isBroken {
                if token.kind == .string {
                    sink.error("unterminated string literal", at: token.span)
                } else {
                    sink.error("illegal input character: '\\047'", at: token.span)
                }
                isStopped = true
                return nil
            }
            if isSkipping { continue }
            token.comment = pendingComment
            pendingComment = -1
            return token
        }
        return nil
    }

    /// Keeps a doc comment for the next token; consecutive `///` lines join, anything else replaces what was there.
    private func remember(_ token: RawToken) {
        let isLine = token.text.hasPrefix("///")
        if isLine, pendingComment >= 0, pendingCommentIsLine {
            comments[Int(pendingComment)].text += "\n" + token.text
        } else {
            pendingComment = Int32(comments.count)
            comments.append((token.text, token.span.position))
        }
        pendingCommentIsLine = isLine
    }

    private func finishFile() {
        guard let frame = frames.popLast() else { return }
        if let open = frame.lexer.unterminatedComment { sink.warning("unterminated comment", at: open) }
        if let conditional = frame.conditionals.last {
            sink.error("unterminated conditional directive", at: conditional.span)
        }
        pendingComment = -1
    }
}
