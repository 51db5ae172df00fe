extension Preprocessor {
    /// The next token with macros expanded; nil at the end, or at the barrier of an argument.
    func nextExpanded() -> RawToken? {
        while !isStopped {
            guard var token = nextUnexpanded() else { return nil }
            guard token.kind == .identifier, !token.isPainted, let macro = macros[token.text] else { return token }
            if activeMacros[token.text] != nil {
                token.isPainted = true
                return token
            }
            if let special = macro.special { return expand(special, at: token) }
            guard let parameters = macro.parameters else {
                pushExpansion(of: macro, tokens: macro.body, at: token)
                continue
            }
            guard let open = peekUnexpanded(), open.isPunctuation("(") else { return token }
            guard let arguments = arguments(of: macro, parameters, at: token) else { return nil }
            pushExpansion(of: macro, tokens: substitute(macro, parameters, arguments), at: token)
        }
        return nil
    }

    /// Expands a list of tokens on its own.
    func expand(_ tokens: [RawToken]) -> [RawToken] {
        guard let first = tokens.first else { return [] }
        guard expansionDepth < Limit.expansionDepth else {
            stop("macros nested too deeply", at: first.span)
            return []
        }
        expansionDepth += 1
        defer { expansionDepth -= 1 }
        expansions.append(Expansion(tokens: tokens, macro: nil, isBarrier: true))
        var result: [RawToken] = []
        while let token = nextExpanded() { result.append(token) }
        // The barrier itself; when reading stopped early, what is above it too.
        while let expansion = expansions.popLast() {
            release(expansion)
            if expansion.isBarrier { break }
        }
        return result
    }

    // MARK: Reading

    private func nextUnexpanded() -> RawToken? {
        while let top = expansions.indices.last {
            if expansions[top].next < expansions[top].tokens.count {
                expansions[top].next += 1
                return expansions[top].tokens[expansions[top].next - 1]
            }
            if expansions[top].isBarrier { return nil }
            release(expansions.removeLast())
        }
        return nextRaw()
    }

    private func peekUnexpanded() -> RawToken? {
        let depth = frames.count
        guard let token = nextUnexpanded() else { return nil }
        if let top = expansions.indices.last, expansions[top].next > 0 {
            expansions[top].next -= 1
        } else {
            expansions.append(Expansion(tokens: [token]))
        }
        // An invocation doesn't reach over the end of a file.
        return frames.count == depth ? token : nil
    }

    private func release(_ expansion: Expansion) {
        guard let name = expansion.macro, let count = activeMacros[name] else { return }
        activeMacros[name] = count > 1 ? count - 1 : nil
    }

    // MARK: Expanding

    private func pushExpansion(of macro: Macro, tokens: [RawToken], at use: RawToken) {
        remainingExpansion -= tokens.count + 1
        guard remainingExpansion > 0 else { return stop("macro expansion is too large", at: use.span) }
        var index = use.span.macro
        if index < 0 {
            index = macro.index >= 0 ? macro.index : map.addMacro(name: macro.name, definition: macro.definition)
            macros[macro.name]?.index = index
        }
        var placed = tokens
        for position in placed.indices {
            placed[position].span = Span(position: use.span.position, length: use.span.length, macro: index)
        }
        if !placed.isEmpty {
            placed[0].hasSpaceBefore = use.hasSpaceBefore
            placed[0].comment = use.comment
        } else if use.comment >= 0 {
            pendingComment = use.comment
        }
        activeMacros[macro.name, default: 0] += 1
        expansions.append(Expansion(tokens: placed, macro: macro.name))
    }

    private func expand(_ special: Macro.Special, at use: RawToken) -> RawToken {
        var token = use
        let location = map.location(use.span.position)
        switch special {
        case .line:
            token.kind = .number
            token.text = String(location.line)
        case .file:
            token.kind = .string
            token.text = quote(location.file)
        }
        return token
    }

    /// The arguments of an invocation, its opening parenthesis not read yet; nil when they are wrong, which is reported.
    private func arguments(of macro: Macro, _ parameters: [String], at use: RawToken) -> [[RawToken]]? {
        _ = nextUnexpanded()
        let depth = frames.count
        var arguments: [[RawToken]] = [[]]
        var nesting = 0
        while true {
            guard let token = nextUnexpanded(), frames.count == depth else {
                stop("unterminated arguments of macro '\(macro.name)'", at: use.span)
                return nil
            }
            remainingExpansion -= 1
            guard remainingExpansion > 0 else {
                stop("macro expansion is too large", at: use.span)
                return nil
            }
            if token.isPunctuation(")") {
                if nesting == 0 { break }
                nesting -= 1
            } else if token.isPunctuation("(") {
                nesting += 1
            } else if token.isPunctuation(","), nesting == 0,
                !(macro.isVariadic && arguments.count == parameters.count)
            {
                arguments.append([])
                continue
            }
            arguments[arguments.count - 1].append(token)
        }
        if parameters.isEmpty, arguments.count == 1, arguments[0].isEmpty { return [] }
        if macro.isVariadic, arguments.count == parameters.count - 1 { arguments.append([]) }
        guard arguments.count == parameters.count else {
            stop(
                "macro '\(macro.name)' takes \(parameters.count) arguments, not \(arguments.count)", at: use.span)
            return nil
        }
        return arguments
    }

    private func substitute(_ macro: Macro, _ parameters: [String], _ arguments: [[RawToken]]) -> [RawToken] {
        var expanded: [Int: [RawToken]] = [:]
        var result: [RawToken] = []
        var index = 0
        let body = macro.body
        while index < body.count, !isStopped {
            let token = body[index]
            index += 1
            if token.isPunctuation("#"), index < body.count, let position = parameters.firstIndex(of: body[index].text)
            {
                let text = spelling(arguments[position])
                guard text.utf8.count <= Limit.madeToken else {
                    stop("macro expansion is too large", at: token.span)
                    return []
                }
                var string = token
                string.kind = .string
                string.text = quote(text.trimmingLeadingSpace())
                result.append(string)
                index += 1
                continue
            }
            if token.isPunctuation("##"), !result.isEmpty, index < body.count {
                let right = body[index]
                index += 1
                let operand = parameters.firstIndex(of: right.text).map { arguments[$0] } ?? [right]
                paste(operand, onto: &result)
                continue
            }
            guard token.kind == .identifier, let position = parameters.firstIndex(of: token.text) else {
                result.append(token)
                continue
            }
            if index < body.count, body[index].isPunctuation("##") {
                result += arguments[position].isEmpty ? [placeholder(token)] : arguments[position]
                continue
            }
            if expanded[position] == nil { expanded[position] = expand(arguments[position]) }
            var copy = expanded[position] ?? []
            if !copy.isEmpty { copy[0].hasSpaceBefore = token.hasSpaceBefore }
            remainingExpansion -= copy.count
            guard remainingExpansion > 0 else {
                stop("macro expansion is too large", at: token.span)
                return []
            }
            result += copy
        }
        return result.filter { !$0.text.isEmpty }
    }

    /// Stands for an empty operand of `##`.
    private func placeholder(_ token: RawToken) -> RawToken {
        RawToken(kind: .identifier, text: "", span: token.span, hasSpaceBefore: token.hasSpaceBefore)
    }

    private func paste(_ operand: [RawToken], onto result: inout [RawToken]) {
        guard let first = operand.first, let last = result.popLast() else { return }
        guard last.text.utf8.count + first.text.utf8.count <= Limit.madeToken else {
            return stop("macro expansion is too large", at: last.span)
        }
        let file = SourceFile(path: "", bytes: Array((last.text + first.text).utf8))
        var lexer = RawLexer(file: file, unit: 0)
        var token = lexer.next()
        guard lexer.next().kind == .end, !token.isBroken, token.kind != .docComment else {
            return stop("'\(last.text)' and '\(first.text)' don't make a token", at: last.span)
        }
        token.span = last.span
        token.hasSpaceBefore = last.hasSpaceBefore
        if token.kind != .end { result.append(token) }
        result += operand.dropFirst()
    }

    private func quote(_ text: String) -> String {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "\""
    }
}

extension String {
    fileprivate func trimmingLeadingSpace() -> String { String(drop { $0 == " " }) }
}
