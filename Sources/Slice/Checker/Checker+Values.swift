extension Checker {
    // MARK: Enums

    func enumeration(
        _ definition: Syntax.Definition, _ enumerators: [Syntax.Enumerator], _ isBroken: Bool, in scope: Symbol
    ) {
        guard let symbol = declare(.enum, definition, in: scope) else { return }
        symbol.isBroken = isBroken
        if enumerators.isEmpty, !isBroken {
            sink.error("enum '\(symbol.name)' must have at least one enumerator", at: symbol.span)
        }
        var result: [EnumDefinition.Enumerator] = []
        var names: [Int32: Symbol] = [:]
        var next: Int64 = 0
        for enumerator in enumerators {
            var value = next
            if let literal = enumerator.value {
                guard let given = integer(literal, in: symbol) else { continue }
                value = given
                if value < 0 || value > Int32.max {
                    let rule = value < 0 ? "cannot be negative" : "must be less than or equal to '\(Int32.max)'"
                    sink.error("invalid enumerator value '\(value)': enumerator values \(rule)", at: literal.span)
                    value = min(max(value, 0), Int64(Int32.max) - 1)
                    next = value + 1
                    _ = declare(.enumerator, enumerator.name, enumerator.prefix, in: symbol)
                    continue
                }
            }
            next = value + 1
            guard let inner = declare(.enumerator, enumerator.name, enumerator.prefix, in: symbol) else { continue }
            guard let number = Int32(exactly: value) else {
                sink.error("value for enumerator '\(inner.name)' is out of range", at: inner.span)
                next = 0
                continue
            }
            if let other = names[number] {
                sink.error(
                    "enumerator '\(inner.name)' has the same value as enumerator '\(other.name)'", at: inner.span,
                    notes: [declared(other)])
            }
            names[number] = inner
            inner.constant = .enumerator(inner.name, number)
            result.append(
                EnumDefinition.Enumerator(info: info(enumerator.name, enumerator.prefix), value: number))
        }
        var definitionOfEnum = EnumDefinition(
            info: info(definition), scopedName: symbol.scopedName, enumerators: result)
        definitionOfEnum.isLocal = definition.isLocal
        model.enums[symbol.scopedName] = definitionOfEnum
        record(symbol)
    }

    // MARK: Constants

    func constant(
        _ definition: Syntax.Definition, _ use: Syntax.TypeUse, _ literal: Syntax.Literal, in scope: Symbol
    ) {
        let user = "constant '\(definition.name.text)'"
        let type = resolve(use, in: scope, user: user)
        let value = type.flatMap { self.value(literal, of: $0, for: user, isConstant: true, in: scope) }
        guard let symbol = declare(.constant, definition, in: scope) else { return }
        guard let type, let value else { return breakSymbol(symbol, in: scope) }
        symbol.type = type.type
        symbol.constant = value.value
        model.constants[symbol.scopedName] = ConstantDefinition(
            info: info(definition), scopedName: symbol.scopedName, type: type.type, value: value.value)
        record(symbol)
    }

    /// The value of an initializer for a type, with the constant it names if it does; nil after a message.
    func value(
        _ literal: Syntax.Literal, of type: ResolvedType, for user: String, isConstant: Bool, in scope: Symbol
    ) -> (value: ConstantValue, constant: ScopedName?)? {
        switch type.type {
        case .bool, .byte, .short, .int, .long, .float, .double, .string:
            guard case .name(let text) = literal.kind else {
                return converted(literal, to: type.type, for: user).map { ($0, nil) }
            }
            let name = Syntax.Name(text: text, span: literal.span)
            guard let symbol = lookupValue(name, in: scope) else { return nil }
            guard symbol.kind == .constant, let value = symbol.constant, let from = symbol.type else {
                illegalInitializer(name, symbol)
                return nil
            }
            var known = literal
            switch value {
            case .bool(let value): known.kind = .bool(value)
            case .integer(let value): known.kind = .integer(value)
            case .floating(let value): known.kind = .floating(value)
            case .string(let value): known.kind = .string(value)
            case .enumerator:
                sink.error(
                    "initializer of type '\(from)' is incompatible with the type '\(type.type)' "
                        + "of \(user)", at: literal.span)
                return nil
            }
            checkDeprecation(of: symbol, user: user, at: literal.span)
            return converted(known, to: type.type, for: user, from: from).map { ($0, symbol.scopedName) }
        case .enumeration:
            guard let symbol = type.symbol else { return nil }
            return enumerator(literal, of: symbol, for: user, in: scope)
        default:
            if isConstant {
                sink.error("\(user) has illegal type", at: literal.span)
            } else {
                sink.error("default value not allowed for \(user)", at: literal.span)
            }
            return nil
        }
    }

    private func illegalInitializer(_ name: Syntax.Name, _ symbol: Symbol) {
        guard symbol.kind != .broken else { return }
        sink.error(
            "illegal initializer: '\(name.text)' is \(symbol.kind.article) \(symbol.kind.text)", at: name.span,
            notes: [declared(symbol)])
    }

    private func converted(
        _ literal: Syntax.Literal, to type: SliceType, for user: String, from: SliceType? = nil
    ) -> ConstantValue? {
        func inRange(_ value: Int64, _ range: ClosedRange<Int64>) -> ConstantValue? {
            guard range.contains(value) else {
                sink.error(
                    "initializer '\(literal.text)' for \(user) out of range for type \(type)",
                    at: literal.span)
                return nil
            }
            return .integer(value)
        }
        switch (type, literal.kind) {
        case (.bool, .bool(let value)): return .bool(value)
        case (.byte, .integer(let value)): return inRange(value, 0...255)
        case (.short, .integer(let value)): return inRange(value, Int64(Int16.min)...Int64(Int16.max))
        case (.int, .integer(let value)): return inRange(value, Int64(Int32.min)...Int64(Int32.max))
        case (.long, .integer(let value)): return .integer(value)
        case (.double, .integer(let value)): return .floating(Double(value))
        case (.double, .floating(let value)): return .floating(value)
        case (.float, .integer(let value)): return .floating(Double(Float(value)))
        case (.float, .floating(let value)):
            let single = Float(value)
            guard single.isFinite else {
                sink.error(
                    "initializer '\(literal.text)' for \(user) out of range for type float", at: literal.span)
                return nil
            }
            return .floating(Double(single))
        case (.string, .string(let value)): return .string(value)
        default:
            let source: String =
                if let from {
                    "\(from)"
                } else {
                    switch literal.kind {
                    case .integer: "long"
                    case .floating: "double"
                    case .string: "string"
                    case .bool: "bool"
                    case .name(let text): text
                    }
                }
            sink.error(
                "initializer of type '\(source)' is incompatible with the type '\(type)' of \(user)",
                at: literal.span)
            return nil
        }
    }

    private func enumerator(
        _ literal: Syntax.Literal, of type: Symbol, for user: String, in scope: Symbol
    ) -> (value: ConstantValue, constant: ScopedName?)? {
        guard case .name(let text) = literal.kind else {
            sink.error("type of initializer is incompatible with the type of \(user)", at: literal.span)
            return nil
        }
        let name = Syntax.Name(text: text, span: literal.span)
        guard let symbol = lookupValue(name, in: scope, preferring: type) else { return nil }
        switch symbol.kind {
        case .enumerator where symbol.parent === type:
            checkDeprecation(of: symbol, user: user, at: literal.span)
            return symbol.constant.map { ($0, nil) }
        case .enumerator:
            sink.error("'\(text)' does not designate an enumerator of '\(type.scoped)'", at: literal.span)
            return nil
        case .constant:
            guard symbol.type == .enumeration(type.scopedName), let value = symbol.constant else {
                sink.error("type of initializer is incompatible with the type of \(user)", at: literal.span)
                return nil
            }
            return (value, symbol.scopedName)
        default:
            illegalInitializer(name, symbol)
            return nil
        }
    }

    // MARK: Integers

    /// The tag of an optional; nil after a message.
    func tag(_ literal: Syntax.Literal, in scope: Symbol) -> Int32? {
        guard let value = integer(literal, in: scope) else { return nil }
        guard value >= 0 else {
            sink.error("invalid tag '\(value)': tags cannot be negative", at: literal.span)
            return nil
        }
        guard let tag = Int32(exactly: value) else {
            sink.error("invalid tag '\(value)': tags must be less than or equal to '\(Int32.max)'", at: literal.span)
            return nil
        }
        return tag
    }

    /// An integer, or the constant or enumerator that names one; nil after a message.
    func integer(_ literal: Syntax.Literal, in scope: Symbol) -> Int64? {
        switch literal.kind {
        case .integer(let value): return value
        case .name(let text):
            let name = Syntax.Name(text: text, span: literal.span)
            guard let symbol = lookupValue(name, in: scope) else { return nil }
            switch symbol.constant {
            case .integer(let value): return value
            case .enumerator(_, let value): return Int64(value)
            case nil where symbol.kind == .broken: return nil
            default:
                sink.error(
                    "\(symbol.kind.text) '\(text)' cannot be used as an integer constant", at: literal.span,
                    notes: [declared(symbol)])
                return nil
            }
        default: return nil
        }
    }

    /// A constant or enumerator. An enumerator may leave out the name of its enum if nothing else has its name. Reports what
    /// can't be found.
    private func lookupValue(_ name: Syntax.Name, in scope: Symbol, preferring type: Symbol? = nil) -> Symbol? {
        if let symbol = lookup(name, in: scope, for: .value) { return symbol }
        let parts = name.text.split(separator: ":").map(String.init)
        guard let last = parts.last else { return nil }
        if let type, parts.count == 1, let symbol = type.child(last) { return symbol }
        // Perhaps one of those that couldn't be read.
        if let type, type.isBroken { return nil }
        let isAbsolute = name.text.hasPrefix("::")
        var container: Symbol? = isAbsolute ? unit : scope
        while let place = container {
            var found = descend(parts.dropLast(), from: place)?.enums.compactMap { $0.child(last) } ?? []
            if let type, found.contains(where: { $0.parent === type }) { found = found.filter { $0.parent === type } }
            if found.count > 1 {
                let names = found.map { "'\($0.scoped)'" }.joined(separator: " or ")
                sink.error("enumerator '\(last)' could designate \(names)", at: name.span)
                return nil
            }
            if let symbol = found.first { return symbol }
            container = place.parent
        }
        notDefined(name)
        return nil
    }
}
