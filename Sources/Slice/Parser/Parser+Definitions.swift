extension Parser {
    /// Definitions up to the end of the file, or up to the `}` of a module.
    mutating func definitions(isTopLevel: Bool) -> [Syntax.Definition] {
        var result: [Syntax.Definition] = []
        while !isAtEnd {
            if current.isPunctuation("}") {
                guard isTopLevel else { return result }
                _ = unexpected()
                advance()
                continue
            }
            let start = index
            do {
                if current.isPunctuation("[[") {
                    try fileMetadata()
                } else {
                    result.append(try definition())
                }
            } catch {
                recover()
                if let broken = broken(from: start) { result.append(broken) }
            }
        }
        return result
    }

    /// The name of a definition that couldn't be read, so that its uses are not reported as well.
    private func broken(from start: Int) -> Syntax.Definition? {
        guard
            let keyword = tokens[start..<index].firstIndex(where: {
                if case .keyword = $0.kind { true } else { false }
            }), case .keyword(let word) = tokens[keyword].kind
        else { return nil }
        var place = keyword + 1
        switch word {
        case .class, .interface, .exception, .struct, .enum: break
        case .sequence, .dictionary: place = index - 2
        default: return nil
        }
        guard place > keyword, place < index, tokens[place].kind == .identifier, !tokens[place].isScoped else {
            return nil
        }
        let span = tokens[place].span
        return Syntax.Definition(
            prefix: Syntax.Prefix(span: span), isLocal: false, name: Syntax.Name(text: tokens[place].text, span: span),
            kind: .broken)
    }

    private mutating func definition() throws(Failure) -> Syntax.Definition {
        let prefix = try prefix()
        var isLocal = false
        if current.kind == .identifier, current.text == "local", !current.isEscaped, case .keyword = peek(1).kind {
            isLocal = true
            advance()
        }
        let keyword = current
        guard case .keyword(let word) = keyword.kind else { throw unexpected("a definition") }
        startedUnits.insert(keyword.span.position.unit)
        let definition: Syntax.Definition =
            switch word {
            case .module: try module(prefix)
            case .class: try classDefinition(prefix, isLocal)
            case .interface: try interface(prefix, isLocal)
            case .exception: try exception(prefix, isLocal)
            case .struct: try structure(prefix, isLocal)
            case .sequence: try sequence(prefix, isLocal)
            case .dictionary: try dictionary(prefix, isLocal)
            case .enum: try enumeration(prefix, isLocal)
            case .const: try constant(prefix)
            default: throw unexpected("a definition")
            }
        if isLocal, word == .module || word == .const {
            sink.error("'local' cannot be applied to a \(word == .module ? "module" : "constant")", at: keyword.span)
        }
        return definition
    }

    /// The `;` behind a definition without braces, missed without losing what follows.
    private mutating func semicolon(after what: String = "definition") {
        if accept(";") { return }
        let place = index > 0 ? tokens[index - 1].span : current.span
        sink.error("';' missing after \(what)", at: end(of: place))
        if !current.isPunctuation("}"), !startsAnything { recover() }
    }

    /// The place right behind a stretch of text.
    func end(of span: Span) -> Span {
        guard span.macro < 0 else { return span }
        var position = span.position
        position.offset += max(0, span.length - 1)
        return Span(position: position, length: 1)
    }

    /// What is here can begin a definition or metadata of one.
    var startsAnything: Bool {
        isAtEnd || startsDefinition(current) || current.isPunctuation("[") || current.isPunctuation("[[")
    }

    private mutating func module(_ prefix: Syntax.Prefix) throws(Failure) -> Syntax.Definition {
        advance()
        let token = current
        var parts: [Syntax.Name] = []
        if token.kind == .identifier {
            advance()
            if token.text.hasPrefix("::") {
                sink.error("illegal identifier: module identifiers cannot start with '::' prefix", at: token.span)
            }
            parts = token.text.split(separator: ":").map { Syntax.Name(text: String($0), span: token.span) }
        } else {
            parts = [try declaredName("module name")]
        }
        if parts.count > 1, !prefix.metadata.isEmpty {
            sink.warning(
                "metadata cannot be applied to modules defined using nested module syntax",
                at: prefix.metadata[0].span)
        }
        guard depth + parts.count <= Parser.maximumDepth else {
            sink.error("modules nested too deeply", at: token.span)
            throw Failure()
        }
        try expect("{")
        depth += parts.count
        var content = definitions(isTopLevel: false)
        depth -= parts.count
        try expect("}")
        _ = accept(";")
        for (index, name) in parts.enumerated().reversed() {
            let inner = Syntax.Definition(
                prefix: index == 0 ? prefix : Syntax.Prefix(span: name.span), isLocal: false, name: name,
                kind: .module(content, isNested: index > 0))
            content = [inner]
        }
        return content[0]
    }

    /// `extends` or `:`
    private mutating func acceptExtends() -> Bool { accept(.extends) || accept(":") }

    private var isImplements: Bool {
        current.kind == .identifier && current.text == "implements" && !current.isEscaped
    }

    private mutating func classDefinition(
        _ prefix: Syntax.Prefix, _ isLocal: Bool
    ) throws(Failure) -> Syntax.Definition {
        advance()
        let name = try declaredName("class name")
        var compactID: Syntax.Literal?
        if accept("(") {
            compactID = try integerOrName()
            try expect(")")
        }
        let base = acceptExtends() ? try baseReference() : nil
        var interfaces: [Syntax.Name] = []
        if isImplements {
            advance()
            interfaces = try referenceList()
        }
        guard current.isPunctuation("{") else {
            guard base == nil, interfaces.isEmpty, compactID == nil else { throw unexpected("'{'") }
            semicolon(after: "class forward declaration")
            return Syntax.Definition(prefix: prefix, isLocal: isLocal, name: name, kind: .classDeclaration)
        }
        let body = try body(hasOperations: true, hasMembers: true)
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name,
            kind: .classDefinition(compactID: compactID, base: base, interfaces: interfaces, body))
    }

    private mutating func interface(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        let name = try declaredName("interface name")
        let hasBases = acceptExtends()
        let bases = hasBases ? try referenceList() : []
        guard current.isPunctuation("{") else {
            guard !hasBases else { throw unexpected("'{'") }
            semicolon(after: "interface forward declaration")
            return Syntax.Definition(prefix: prefix, isLocal: isLocal, name: name, kind: .interfaceDeclaration)
        }
        let body = try body(hasOperations: true, hasMembers: false)
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name, kind: .interfaceDefinition(bases: bases, body))
    }

    private mutating func exception(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        let name = try declaredName("exception name")
        let base = acceptExtends() ? try baseReference() : nil
        if current.isPunctuation(";"), base == nil { return forwardDeclared("exceptions", prefix, isLocal, name) }
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name,
            kind: .exception(base: base, try body(hasOperations: false, hasMembers: true)))
    }

    private mutating func structure(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        let name = try declaredName("struct name")
        if current.isPunctuation(";") { return forwardDeclared("structs", prefix, isLocal, name) }
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name,
            kind: .structure(try body(hasOperations: false, hasMembers: true)))
    }

    private mutating func forwardDeclared(
        _ what: String, _ prefix: Syntax.Prefix, _ isLocal: Bool, _ name: Syntax.Name
    ) -> Syntax.Definition {
        sink.error("\(what) cannot be forward declared", at: name.span)
        advance()
        return Syntax.Definition(prefix: prefix, isLocal: isLocal, name: name, kind: .broken)
    }

    private mutating func sequence(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        try expect("<")
        let metadata = try innerMetadata()
        let element = try type()
        try expect(">")
        let name = try declaredName("sequence name")
        semicolon()
        return Syntax.Definition(prefix: prefix, isLocal: isLocal, name: name, kind: .sequence(element, metadata))
    }

    private mutating func dictionary(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        try expect("<")
        let keyMetadata = try innerMetadata()
        let key = try type()
        try expect(",")
        let valueMetadata = try innerMetadata()
        let value = try type()
        try expect(">")
        let name = try declaredName("dictionary name")
        semicolon()
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name,
            kind: .dictionary(key: key, keyMetadata, value: value, valueMetadata))
    }

    private mutating func enumeration(_ prefix: Syntax.Prefix, _ isLocal: Bool) throws(Failure) -> Syntax.Definition {
        advance()
        let name = try declaredName("enum name")
        var enumerators: [Syntax.Enumerator] = []
        var isBroken = false
        try expect("{")
        while !isAtEnd, !current.isPunctuation("}"), !current.isPunctuation(";") {
            // 3.7 minds no comma too many.
            if accept(",") { continue }
            do {
                let inner = try self.prefix()
                let enumerator = try declaredName("enumerator")
                let value = accept("=") ? try integerOrName() : nil
                enumerators.append(Syntax.Enumerator(prefix: inner, name: enumerator, value: value))
                if !current.isPunctuation(","), !current.isPunctuation("}") { throw unexpected("',' or '}'") }
            } catch {
                isBroken = true
                skipEnumerator()
            }
        }
        if isAtEnd || current.isPunctuation(";"), !isBroken { throw unexpected("'}'") }
        _ = accept("}")
        _ = accept(";")
        return Syntax.Definition(
            prefix: prefix, isLocal: isLocal, name: name, kind: .enumeration(enumerators, isBroken: isBroken))
    }

    /// Skips up to the next comma or the end of the enum, which may have been forgotten.
    private mutating func skipEnumerator() {
        while !isAtEnd, !current.isPunctuation(","), !current.isPunctuation("}") {
            if current.isPunctuation(";"), peek(1).kind == .end || startsDefinition(peek(1)) { return }
            advance()
        }
    }

    private mutating func constant(_ prefix: Syntax.Prefix) throws(Failure) -> Syntax.Definition {
        advance()
        var prefix = prefix
        prefix.metadata += try innerMetadata()
        let type = try type()
        let name = try declaredName("constant name")
        var kind = Syntax.Definition.Kind.broken
        do {
            try expect("=")
            kind = .constant(type, try initializer())
            semicolon()
        } catch {
            recover()
        }
        return Syntax.Definition(prefix: prefix, isLocal: false, name: name, kind: kind)
    }
}
