extension Preprocessor {
    /// Obeys a directive; `hash` has been read, the rest of its line is read here.
    func directive(hash: RawToken) {
        let line = directiveLine()
        guard let name = line.first else { return }
        let isConditional = ["if", "ifdef", "ifndef", "elif", "else", "endif"].contains(name.text)
        if isSkipping, !isConditional { return }
        let arguments = Array(line.dropFirst())
        switch name.text {
        case "if": openConditional(name) { condition(arguments, directive: name) }
        case "ifdef": openConditional(name) { isDefined(arguments, directive: name) }
        case "ifndef": openConditional(name) { !isDefined(arguments, directive: name) }
        case "elif": elseIf(name, arguments)
        case "else":
            if !isDeepInSkipped { nothing(after: arguments[...], of: name) }
            otherwise(name)
        case "endif":
            if !isDeepInSkipped { nothing(after: arguments[...], of: name) }
            closeConditional(name)
        case "include": include(name, arguments)
        case "define": define(name, arguments)
        case "undef": undefine(name, arguments)
        case "pragma": pragma(name, arguments)
        case "line": renumber(name, arguments)
        case "error": stop("#error" + spelling(arguments), at: name.span)
        default: sink.error("unknown preprocessor directive '#\(name.text)'", at: name.span)
        }
    }

    /// The group around the innermost one is being skipped as well.
    private var isDeepInSkipped: Bool {
        guard let conditionals = frames.last?.conditionals else { return false }
        return conditionals.dropLast().last.map { !$0.isActive } ?? false
    }

    /// Reports what stands behind a directive that is complete.
    private func nothing(after tokens: ArraySlice<RawToken>, of directive: RawToken) {
        guard let extra = tokens.first else { return }
        sink.error("unexpected '\(extra.text)' after #\(directive.text)", at: extra.span)
    }

    /// The tokens up to the end of the line. `#include <…>` gives its name as one string token.
    private func directiveLine() -> [RawToken] {
        guard let top = frames.indices.last else { return [] }
        var tokens: [RawToken] = []
        while true {
            if tokens.count == 1, tokens[0].text == "include", let name = frames[top].lexer.angledName() {
                tokens.append(name)
                continue
            }
            if tokens.count == 1, tokens[0].text == "error" {
                let rest = frames[top].lexer.restOfLine()
                tokens.append(RawToken(kind: .other, text: rest.text, span: rest.span, hasSpaceBefore: true))
                continue
            }
            let token = frames[top].lexer.next()
            switch token.kind {
            case .newline, .end: return tokens
            case .docComment: continue
            default: tokens.append(token)
            }
        }
    }

    /// The text of tokens, a space before each that has some.
    func spelling(_ tokens: [RawToken]) -> String {
        tokens.map { ($0.hasSpaceBefore ? " " : "") + ($0.kind == .escapedIdentifier ? "\\" : "") + $0.text }.joined()
    }

    // MARK: Conditionals

    private func openConditional(_ name: RawToken, _ test: () -> Bool) {
        guard let top = frames.indices.last else { return }
        guard frames[top].conditionals.count < 10_000 else { return stop("#if nested too deeply", at: name.span) }
        if isSkipping {
            frames[top].conditionals.append(Conditional(span: name.span, isActive: false, isDone: true))
        } else {
            let isActive = test()
            frames[top].conditionals.append(Conditional(span: name.span, isActive: isActive, isDone: isActive))
        }
    }

    private func elseIf(_ name: RawToken, _ arguments: [RawToken]) {
        guard let (top, index) = innermost(name), !frames[top].conditionals[index].hasElse else {
            return sink.error("#elif without #if", at: name.span)
        }
        guard !frames[top].conditionals[index].isDone else {
            frames[top].conditionals[index].isActive = false
            return
        }
        let isActive = condition(arguments, directive: name)
        frames[top].conditionals[index].isActive = isActive
        frames[top].conditionals[index].isDone = isActive
    }

    private func otherwise(_ name: RawToken) {
        guard let (top, index) = innermost(name), !frames[top].conditionals[index].hasElse else {
            return sink.error("#else without #if", at: name.span)
        }
        frames[top].conditionals[index].isActive = !frames[top].conditionals[index].isDone
        frames[top].conditionals[index].isDone = true
        frames[top].conditionals[index].hasElse = true
    }

    private func closeConditional(_ name: RawToken) {
        guard let (top, _) = innermost(name) else { return sink.error("#endif without #if", at: name.span) }
        frames[top].conditionals.removeLast()
    }

    private func innermost(_ name: RawToken) -> (frame: Int, conditional: Int)? {
        guard let top = frames.indices.last, let index = frames[top].conditionals.indices.last else { return nil }
        return (top, index)
    }

    private func isDefined(_ arguments: [RawToken], directive: RawToken) -> Bool {
        guard let name = arguments.first, name.kind == .identifier else {
            sink.error("#\(directive.text) needs the name of a macro", at: directive.span)
            return false
        }
        nothing(after: arguments.dropFirst(), of: directive)
        return macros[name.text] != nil
    }

    private func condition(_ arguments: [RawToken], directive: RawToken) -> Bool {
        var tokens: [RawToken] = []
        var index = 0
        while index < arguments.count {
            let token = arguments[index]
            index += 1
            guard token.kind == .identifier, token.text == "defined" else {
                tokens.append(token)
                continue
            }
            let isWrapped = index < arguments.count && arguments[index].isPunctuation("(")
            if isWrapped { index += 1 }
            guard index < arguments.count, arguments[index].kind == .identifier else {
                sink.error("'defined' needs the name of a macro", at: token.span)
                return false
            }
            var value = token
            value.kind = .number
            value.text = macros[arguments[index].text] != nil ? "1" : "0"
            tokens.append(value)
            index += 1
            if isWrapped {
                guard index < arguments.count, arguments[index].isPunctuation(")") else {
                    sink.error("missing ')' after 'defined'", at: token.span)
                    return false
                }
                index += 1
            }
        }
        var expression = ConditionExpression(tokens: expand(tokens))
        do {
            return try expression.value() != 0
        } catch {
            sink.error("#\(directive.text): \(error.message)", at: error.span ?? directive.span)
            return false
        }
    }

    // MARK: Others

    private func include(_ name: RawToken, _ arguments: [RawToken]) {
        var tokens = arguments
        if tokens.first?.kind != .string { tokens = expand(tokens) }
        var text = spelling(tokens)
        while text.first == " " { text.removeFirst() }
        guard let first = text.first, first == "\"" || first == "<",
            text.dropFirst().firstIndex(of: first == "<" ? ">" : "\"") != nil
        else {
            return stop("#include needs \"file\" or <file>", at: name.span)
        }
        var span = arguments.first?.span ?? name.span
        span.macro = -1
        let body = text.dropFirst().prefix { $0 != (first == "<" ? ">" : "\"") }
        if arguments.first?.kind == .string { nothing(after: arguments.dropFirst(), of: name) }
        guard let frame = frames.last else { return }
        guard let file = loader.find(String(body), isQuoted: first == "\"", includedFrom: frame.lexer.file) else {
            return stop("cannot open include file '\(body)'", at: span)
        }
        guard !onceFiles.contains(file.identity) else { return }
        guard frames.count < Limit.includeDepth else { return stop("#include nested too deeply", at: span) }
        includeCount += 1
        guard includeCount <= Limit.includes, remainingBytes > file.text.count else {
            return stop("too much is included", at: span)
        }
        push(file, includedFrom: span.position)
    }

    private func pragma(_ name: RawToken, _ arguments: [RawToken]) {
        guard let word = arguments.first else { return }
        guard word.text == "once", let file = frames.last?.lexer.file else {
            return sink.error("unknown #pragma", at: name.span)
        }
        onceFiles.insert(file.identity)
    }

    private func renumber(_ name: RawToken, _ arguments: [RawToken]) {
        let tokens = expand(arguments)
        guard let frame = frames.last else { return }
        guard let number = tokens.first, number.kind == .number, let line = Int(number.text), line >= 1,
            line <= Int(Int32.max)
        else { return sink.error("#line needs a line number", at: name.span) }
        var file: String?
        if tokens.count > 1 {
            guard tokens[1].kind == .string, !tokens[1].isBroken else {
                return sink.error("#line needs a file name in quotes", at: tokens[1].span)
            }
            file = String(tokens[1].text.dropFirst().dropLast())
        }
        let physical = frame.lexer.file.line(at: Int(name.span.position.offset))
        map.addLineDirective(unit: frame.lexer.unit, from: physical + 1, line: line, file: file)
    }

    private func undefine(_ name: RawToken, _ arguments: [RawToken]) {
        guard let macro = arguments.first, macro.kind == .identifier else {
            return sink.error("#undef needs the name of a macro", at: name.span)
        }
        macros[macro.text] = nil
    }

    private func define(_ directive: RawToken, _ arguments: [RawToken]) {
        guard let name = arguments.first, name.kind == .identifier, name.text != "defined" else {
            return sink.error("#define needs the name of a macro", at: arguments.first?.span ?? directive.span)
        }
        var rest = arguments.dropFirst()
        var macro = Macro(name: name.text, parameters: nil, body: [], definition: name.span.position)
        if let open = rest.first, open.isPunctuation("("), !open.hasSpaceBefore {
            rest.removeFirst()
            guard let parameters = parameters(&rest, isVariadic: &macro.isVariadic) else {
                return sink.error("bad parameter list of macro '\(name.text)'", at: open.span)
            }
            macro.parameters = parameters
        }
        macro.body = Array(rest)
        if let broken = rest.first(where: \.isBroken) {
            return sink.error("unterminated string literal", at: broken.span)
        }
        if let place = macro.badOperator {
            return sink.error("'\(macro.body[place].text)' has no operand", at: macro.body[place].span)
        }
        if let known = macros[name.text], !known.isSame(as: macro) {
            let notes = known.definition.map {
                [("previous definition is here", Span(position: $0, length: name.span.length))]
            }
            sink.warning("macro '\(name.text)' is redefined", at: name.span, notes: notes ?? [])
        }
        macros[name.text] = macro
    }

    /// What stands between the parentheses of a function-like `#define`; nil when it is malformed.
    private func parameters(_ rest: inout ArraySlice<RawToken>, isVariadic: inout Bool) -> [String]? {
        var names: [String] = []
        while let token = rest.popFirst() {
            if token.isPunctuation(")") { return names.isEmpty ? names : nil }
            if token.isPunctuation("."), rest.prefix(2).allSatisfy({ $0.isPunctuation(".") }), rest.count >= 2 {
                rest = rest.dropFirst(2)
                isVariadic = true
                names.append("__VA_ARGS__")
                guard let close = rest.popFirst(), close.isPunctuation(")") else { return nil }
                return names
            }
            guard token.kind == .identifier, !names.contains(token.text) else { return nil }
            names.append(token.text)
            guard let separator = rest.popFirst() else { return nil }
            if separator.isPunctuation(")") { return names }
            guard separator.isPunctuation(",") else { return nil }
        }
        return nil
    }
}
