extension Checker {
    // MARK: Declaring

    /// Makes the symbol of a definition; nil, after a message, when its scope already has such a name.
    func declare(_ kind: Symbol.Kind, _ definition: Syntax.Definition, in scope: Symbol) -> Symbol? {
        guard let symbol = declare(kind, definition.name, definition.prefix, in: scope) else { return nil }
        symbol.isLocal = definition.isLocal
        return symbol
    }

    func declare(
        _ kind: Symbol.Kind, _ name: Syntax.Name, _ prefix: Syntax.Prefix, in scope: Symbol
    ) -> Symbol? {
        checkIdentifier(name, kind)
        let symbol = Symbol(kind: kind, name: name.text, parent: scope, span: name.span)
        symbol.deprecation = deprecation(prefix)
        if let known = scope.child(name.text) {
            if known.kind != .broken { redefined(symbol, known) }
            return nil
        }
        if let meant = scope.introduced[name.text.lowercased()], kind != .dataMember, kind != .parameter {
            sink.error(
                "'\(name.text)' has changed meaning", at: name.span,
                notes: [("it meant \(meant.kind.text) '\(meant.scoped)' before", meant.span)])
        }
        scope.add(symbol)
        return symbol
    }

    func redefined(_ symbol: Symbol, _ known: Symbol) {
        let notes = [("the previous definition is here", known.span)]
        guard symbol.name == known.name else {
            return sink.error(
                "\(symbol.kind.text) '\(symbol.name)' differs only in capitalization from \(known.kind.text) "
                    + "'\(known.name)'", at: symbol.span, notes: notes)
        }
        let isInner = [.operation, .parameter, .dataMember, .enumerator].contains(symbol.kind)
        let suffix = isInner && known.kind == symbol.kind ? "" : " as \(symbol.kind.text)"
        sink.error("redefinition of \(known.kind.text) '\(known.name)'\(suffix)", at: symbol.span, notes: notes)
    }

    private func checkIdentifier(_ name: Syntax.Name, _ kind: Symbol.Kind) {
        let text = name.text
        if text.hasPrefix("_") {
            sink.error("illegal leading underscore in identifier '\(text)'", at: name.span)
        } else if text.hasSuffix("_") {
            sink.error("illegal trailing underscore in identifier '\(text)'", at: name.span)
        } else if zip(text.utf8, text.utf8.dropFirst()).contains(where: { $0 == $1 && $0 == UInt8(ascii: "_") }) {
            sink.error("illegal double underscore in identifier '\(text)'", at: name.span)
        }
        // 3.8 leaves the names of operations alone.
        for suffix in kind == .operation ? [] : ["Helper", "Holder", "Prx", "Ptr"] where text.hasSuffix(suffix) {
            sink.error("illegal identifier '\(text)': '\(suffix)' suffix is reserved", at: name.span)
        }
    }

    // MARK: Looking up

    /// What is being looked for. Types don't see what is no type; values see everything.
    enum Sought {
        case type, value

        fileprivate func accepts(_ kind: Symbol.Kind) -> Bool {
            switch kind {
            case .broken, .class, .interface, .struct, .sequence, .dictionary, .enum, .exception: true
            case .constant, .enumerator, .module, .operation, .parameter, .dataMember: self == .value
            }
        }
    }

    /// What a name means in a scope: looked for there, then in the scopes around it; `::name` from the top only.
    ///
    /// The nearest thing of another kind when there is none of the kind sought. Says nothing when there is nothing at
    /// all; reports a name that is there in other capitals, but for values: there the compilers are lenient.
    func lookup(_ name: Syntax.Name, in scope: Symbol, for sought: Sought) -> Symbol? {
        let parts = name.text.split(separator: ":").map(String.init)
        guard let first = parts.first else { return nil }
        var next: Symbol? = name.text.hasPrefix("::") ? unit : scope
        var other: Symbol?
        while let container = next {
            if let found = descend(parts[...], from: container) {
                if sought.accepts(found.kind) {
                    if sought != .value {
                        checkCapitals(name, found, parts)
                        introduce(name, first, container, in: scope)
                    }
                    return found
                }
                other = other ?? found
            }
            next = container.parent
        }
        return other
    }

    func descend(_ parts: ArraySlice<String>, from container: Symbol) -> Symbol? {
        var symbol = container
        for part in parts {
            guard let inner = symbol.child(part) else {
                return symbol.kind == .broken && symbol !== container ? symbol : nil
            }
            symbol = inner
        }
        return symbol
    }

    /// Remembers what a name stood for in a module, class or interface, where it may not come to stand for something else.
    private func introduce(_ name: Syntax.Name, _ first: String, _ container: Symbol, in scope: Symbol) {
        guard [.module, .class, .interface].contains(scope.kind), !name.text.hasPrefix("::"),
            let symbol = container.child(first)
        else { return }
        let key = first.lowercased()
        if scope.introduced[key] == nil { scope.introduced[key] = symbol }
    }

    private func checkCapitals(_ name: Syntax.Name, _ found: Symbol, _ parts: [String]) {
        guard found.kind != .broken else { return }
        var symbol: Symbol? = found
        for part in parts.reversed() {
            guard let current = symbol else { return }
            if current.name != part {
                return sink.error(
                    "\(found.kind.text) name '\(name.text)' is capitalized inconsistently with its previous name: "
                        + "'\(found.scoped)'", at: name.span)
            }
            symbol = current.parent
        }
    }

    func notDefined(_ name: Syntax.Name) {
        let meant = nearestType(to: name)
        sink.error(
            "'\(name.text)' is not defined", at: name.span,
            notes: meant.map { [("did you mean '\($0.scoped)'?", $0.span)] } ?? [])
    }

    /// The type with the same name in another module, or with one like it; of very many not all are looked at.
    private func nearestType(to name: Syntax.Name) -> Symbol? {
        guard let last = name.text.split(separator: ":").last.map(String.init) else { return nil }
        var types: [String: Symbol] = [:]
        var open = [unit]
        while let symbol = open.popLast(), types.count < 2000 {
            for child in symbol.children.values.sorted(by: { $0.name < $1.name }) {
                if child.kind == .module {
                    open.append(child)
                } else if Sought.type.accepts(child.kind) {
                    types[child.name] = types[child.name] ?? child
                }
            }
        }
        return types[last] ?? Suggestion.nearest(to: last, in: types.keys.sorted()).flatMap { types[$0] }
    }

    /// Warns of the use of something deprecated, unless it is a file included that uses it.
    func checkDeprecation(of symbol: Symbol, user: String, verb: String = "uses", at span: Span) {
        guard let reason = symbol.deprecation, !suppressesDeprecation, map.isMain(span.position) else { return }
        let suffix = reason.isEmpty ? "" : ": \(reason)"
        sink.warning("\(user) \(verb) deprecated \(symbol.kind.text) '\(symbol.name)'\(suffix)", at: span)
    }
}
