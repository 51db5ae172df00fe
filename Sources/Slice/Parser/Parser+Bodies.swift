extension Parser {
    /// `{ … }` of a class, interface, exception or struct.
    mutating func body(hasOperations: Bool, hasMembers: Bool) throws(Failure) -> Syntax.Body {
        var body = Syntax.Body()
        if !accept("{") {
            let failure = unexpected("'{'")
            // Where members follow, only the brace was forgotten.
            guard !startsAnything, !current.isPunctuation("}"), !current.isPunctuation(";") else { throw failure }
            body.isBroken = true
        }
        while !isAtEnd, !current.isPunctuation("}") {
            if accept(";") {
                // Nothing stands between two semicolons.
                sink.error("syntax error, unexpected ';'", at: tokens[index - 1].span)
                body.isBroken = true
                continue
            }
            do {
                try element(of: &body, hasOperations: hasOperations, hasMembers: hasMembers)
            } catch {
                body.isBroken = true
                recover()
            }
        }
        try expect("}")
        _ = accept(";")
        return body
    }

    private mutating func element(
        of body: inout Syntax.Body, hasOperations: Bool, hasMembers: Bool
    ) throws(Failure) {
        let prefix = try prefix()
        let isIdempotent = hasOperations && accept(.idempotent)
        var tag: Syntax.Literal?
        var type: Syntax.TypeUse?
        if hasOperations, current.kind == .keyword(.void) {
            advance()
        } else {
            tag = try self.tag()
            type = try self.type()
        }
        let isOperation = hasOperations && (type == nil || isIdempotent || !hasMembers || peek(1).isPunctuation("("))
        if current.isPunctuation(";") || current.isPunctuation("(") || current.isPunctuation("=") {
            sink.error("missing name", at: current.span)
            throw Failure()
        }
        if isOperation {
            let name = try operationName()
            body.operations.append(
                try operation(prefix, isIdempotent: isIdempotent, result: type, tag: tag, name: name))
        } else if let type {
            let name = try declaredName()
            var initializer: Syntax.Literal?
            if accept("=") { initializer = try self.initializer() }
            body.members.append(
                Syntax.Member(prefix: prefix, type: type, name: name, tag: tag, initializer: initializer))
        }
        memberSemicolon(&body)
    }

    private mutating func operationName() throws(Failure) -> Syntax.Name {
        if current.isScoped, peek(1).isPunctuation("(") {
            sink.error("operation identifiers cannot be scoped", at: current.span)
            throw Failure()
        }
        return try declaredName("operation name")
    }

    private mutating func memberSemicolon(_ body: inout Syntax.Body) {
        if accept(";") { return }
        sink.error("';' missing after definition", at: end(of: tokens[index - 1].span))
        body.isBroken = true
        // What follows may well be the next member; only on the same line it is more likely a leftover.
        if current.isPunctuation("}") || isAtEnd { return }
        let before = map.file(of: tokens[index - 1].span.position)
        let here = map.file(of: current.span.position)
        let isNextLine =
            before === here
            && before.line(at: Int(tokens[index - 1].span.position.offset))
                < here.line(at: Int(current.span.position.offset))
        if !isNextLine { recover() }
    }

    private mutating func operation(
        _ prefix: Syntax.Prefix, isIdempotent: Bool, result: Syntax.TypeUse?, tag: Syntax.Literal?, name: Syntax.Name
    ) throws(Failure) -> Syntax.Operation {
        try expect("(")
        var operation = Syntax.Operation(
            prefix: prefix, isIdempotent: isIdempotent, result: result, resultTag: tag, name: name, parameters: [],
            exceptions: [])
        if !accept(")") {
            repeat { operation.parameters.append(try parameter()) } while accept(",")
            guard current.isPunctuation(")") else { throw unexpected("',' or ')'") }
            advance()
        }
        if accept(.throws) { operation.exceptions = try referenceList() }
        return operation
    }

    private mutating func parameter() throws(Failure) -> Syntax.Parameter {
        var prefix = try prefix()
        var isOut = false
        var extraOut: Span?
        while current.kind == .keyword(.out) {
            let span = advance().span
            if isOut { extraOut = extraOut ?? span }
            isOut = true
        }
        if isOut { prefix.metadata += try innerMetadata() }
        let tag = try tag()
        let type = try type()
        if current.isPunctuation(",") || current.isPunctuation(")") {
            sink.error("missing name", at: current.span)
            throw Failure()
        }
        let name = try declaredName()
        if let extraOut {
            sink.error("parameter '\(name.text)' was marked 'out' multiple times", at: extraOut)
        }
        return Syntax.Parameter(prefix: prefix, type: type, name: name, tag: tag, isOut: isOut)
    }

    /// `optional(…)`, or nothing.
    mutating func tag() throws(Failure) -> Syntax.Literal? {
        guard current.kind == .keyword(.optional) else { return nil }
        let keyword = advance()
        guard accept("(") else {
            sink.error("missing tag", at: keyword.span)
            throw Failure()
        }
        if current.isPunctuation(")") {
            sink.error("missing tag", at: current.span)
            throw Failure()
        }
        let tag = try integerOrName()
        try expect(")")
        return tag
    }

    // MARK: Types and values

    mutating func type() throws(Failure) -> Syntax.TypeUse {
        let token = current
        var kind: Syntax.TypeUse.Kind
        switch token.kind {
        case .identifier:
            kind = .named(token.text)
        case .keyword(.bool): kind = .bool
        case .keyword(.byte): kind = .byte
        case .keyword(.short): kind = .short
        case .keyword(.int): kind = .int
        case .keyword(.long): kind = .long
        case .keyword(.float): kind = .float
        case .keyword(.double): kind = .double
        case .keyword(.string): kind = .string
        case .keyword(.value): kind = .value
        case .keyword(.object): kind = .object
        default: throw unexpected("a type")
        }
        advance()
        if current.isPunctuation("*") {
            switch kind {
            case .named(let name): kind = .proxy(name)
            case .object: kind = .objectProxy
            default: throw unexpected()
            }
            advance()
        }
        return Syntax.TypeUse(kind: kind, span: token.span)
    }

    /// What may follow `=`.
    mutating func initializer() throws(Failure) -> Syntax.Literal {
        let token = current
        let kind: Syntax.Literal.Kind
        switch token.kind {
        case .integer(let value): kind = .integer(value)
        case .floating(let value): kind = .floating(value)
        case .string(let value): kind = .string(value)
        case .keyword(.true): kind = .bool(true)
        case .keyword(.false): kind = .bool(false)
        case .identifier: kind = .name(token.text)
        default: throw unexpected("a value")
        }
        advance()
        return Syntax.Literal(kind: kind, text: token.text, span: token.span)
    }

    /// A compact id, a tag or the value of an enumerator.
    mutating func integerOrName() throws(Failure) -> Syntax.Literal {
        switch current.kind {
        case .integer, .identifier: try initializer()
        default: throw unexpected("an integer")
        }
    }
}
