extension Checker {
    /// A type as resolved at a use.
    struct ResolvedType {
        var type: SliceType
        /// Nil for built-in types.
        var symbol: Symbol?
        /// It exists in Ice 3.7's local definitions only.
        var isLocal = false
    }

    /// What a use of a type means; nil after a message, or when the type's own definition is broken.
    func resolve(_ use: Syntax.TypeUse, in scope: Symbol, user: String) -> ResolvedType? {
        switch use.kind {
        case .bool: ResolvedType(type: .bool)
        case .byte: ResolvedType(type: .byte)
        case .short: ResolvedType(type: .short)
        case .int: ResolvedType(type: .int)
        case .long: ResolvedType(type: .long)
        case .float: ResolvedType(type: .float)
        case .double: ResolvedType(type: .double)
        case .string: ResolvedType(type: .string)
        case .value, .object: ResolvedType(type: .anyClass)
        case .objectProxy: ResolvedType(type: .anyProxy)
        case .named(let text): named(Syntax.Name(text: text, span: use.span), in: scope, user: user)
        case .proxy(let text): proxy(Syntax.Name(text: text, span: use.span), in: scope, user: user)
        }
    }

    private func named(_ name: Syntax.Name, in scope: Symbol, user: String) -> ResolvedType? {
        guard let symbol = lookup(name, in: scope, for: .type) else {
            if name.text == "LocalObject" { return ResolvedType(type: .anyClass, isLocal: true) }
            notDefined(name)
            return nil
        }
        checkDeprecation(of: symbol, user: user, at: name.span)
        let type: SliceType
        switch symbol.kind {
        case .struct: type = .structure(symbol.scopedName)
        case .enum: type = .enumeration(symbol.scopedName)
        case .sequence: type = .sequence(symbol.scopedName)
        case .dictionary: type = .dictionary(symbol.scopedName)
        case .class: type = .classInstance(symbol.scopedName)
        // An interface by value, as 3.7 allows: an instance of some class that implements it.
        case .interface: type = .anyClass
        case .exception:
            sink.error("'\(name.text)' is an exception, which cannot be used as a type", at: name.span)
            return nil
        case .broken:
            return nil
        default:
            sink.error("'\(name.text)' is not a type", at: name.span, notes: [declared(symbol)])
            return nil
        }
        return ResolvedType(type: type, symbol: symbol, isLocal: symbol.isLocal)
    }

    private func proxy(_ name: Syntax.Name, in scope: Symbol, user: String) -> ResolvedType? {
        guard let symbol = lookup(name, in: scope, for: .type) else {
            notDefined(name)
            return nil
        }
        guard symbol.kind != .broken else { return nil }
        guard symbol.kind == .interface || symbol.kind == .class, !symbol.isLocal else {
            let problem = symbol.isLocal ? "cannot be local" : "must be an interface"
            sink.error("'\(name.text)' \(problem)", at: name.span, notes: [declared(symbol)])
            return nil
        }
        checkDeprecation(of: symbol, user: user, at: name.span)
        if symbol.kind == .class { addInterface(ofClass: symbol) }
        return ResolvedType(type: .proxy(symbol.scopedName), symbol: symbol)
    }

    func declared(_ symbol: Symbol) -> (String, Span) {
        ("\(symbol.kind.text) '\(symbol.name)' is defined here", symbol.span)
    }

    // MARK: Sequences, dictionaries

    func sequence(
        _ definition: Syntax.Definition, _ use: Syntax.TypeUse, _ directives: [Syntax.Directive], in scope: Symbol
    ) {
        let name = definition.name.text
        let element = resolve(use, in: scope, user: "sequence '\(name)'")
        guard let symbol = declare(.sequence, definition, in: scope) else { return }
        guard let element else { return breakSymbol(symbol, in: scope) }
        if element.isLocal, !definition.isLocal {
            sink.error("non-local sequence '\(name)' cannot have local element type", at: use.span)
        }
        symbol.isKey = isLegalKey(element)
        deepen(symbol, by: element, at: use.span)
        var result = SequenceDefinition(
            info: info(definition), scopedName: symbol.scopedName, element: element.type,
            elementMetadata: metadata(directives))
        result.isLocal = definition.isLocal
        model.sequences[symbol.scopedName] = result
        record(symbol)
    }

    func dictionary(
        _ definition: Syntax.Definition, _ keyUse: Syntax.TypeUse, _ keyDirectives: [Syntax.Directive],
        _ valueUse: Syntax.TypeUse, _ valueDirectives: [Syntax.Directive], in scope: Symbol
    ) {
        let name = definition.name.text
        let key = resolve(keyUse, in: scope, user: "dictionary '\(name)'")
        let value = resolve(valueUse, in: scope, user: "dictionary '\(name)'")
        guard let symbol = declare(.dictionary, definition, in: scope) else { return }
        guard let key, let value else { return breakSymbol(symbol, in: scope) }
        if !isLegalKey(key) {
            sink.error("dictionary '\(name)' uses an illegal key type", at: keyUse.span)
        }
        if key.isLocal || value.isLocal, !definition.isLocal {
            sink.error(
                "non-local dictionary '\(name)' cannot have local \(key.isLocal ? "key" : "value") type",
                at: key.isLocal ? keyUse.span : valueUse.span)
        }
        deepen(symbol, by: key, at: keyUse.span)
        deepen(symbol, by: value, at: valueUse.span)
        var result = DictionaryDefinition(
            info: info(definition), scopedName: symbol.scopedName, key: key.type, value: value.type,
            keyMetadata: metadata(keyDirectives), valueMetadata: metadata(valueDirectives))
        result.isLocal = definition.isLocal
        model.dictionaries[symbol.scopedName] = result
        record(symbol)
    }

    /// Counts how deep a type reaches through structs, sequences and dictionaries.
    func deepen(_ owner: Symbol, by type: ResolvedType, at span: Span) {
        guard let inner = type.symbol, [.struct, .sequence, .dictionary].contains(owner.kind),
            [.struct, .sequence, .dictionary].contains(inner.kind), inner.depth >= owner.depth
        else { return }
        owner.depth = inner.depth + 1
        if owner.depth > Symbol.maximumDepth {
            sink.error("\(owner.kind.text) '\(owner.name)' is nested too deeply", at: span)
        }
    }

    /// Keys are what can be compared and ordered by value. Sequences, alone or in structs, are 3.7's.
    func isLegalKey(_ type: ResolvedType) -> Bool {
        switch type.type {
        case .bool, .byte, .short, .int, .long, .string, .enumeration: true
        case .sequence, .structure: type.symbol?.isKey ?? true
        case .float, .double, .anyClass, .anyProxy, .dictionary, .classInstance, .proxy: false
        }
    }

    /// Keeps a name from being reported at every use after its own definition was.
    func breakSymbol(_ symbol: Symbol, in scope: Symbol) {
        scope.add(Symbol(kind: .broken, name: symbol.name, parent: scope, span: symbol.span))
    }
}
