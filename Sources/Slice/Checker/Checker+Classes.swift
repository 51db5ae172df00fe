extension Checker {
    // MARK: Members

    /// Checks the data members of a struct, class or exception and adds them to its symbol.
    func members(_ members: [Syntax.Member], of owner: Symbol) -> [DataMember] {
        var result: [DataMember] = []
        var tags: Set<Int32> = []
        for member in members {
            let name = member.name.text
            let user = "data member '\(name)'"
            let resolved = resolve(member.type, in: owner, user: user)
            var tag: Int32?
            if let literal = member.tag {
                if owner.kind == .struct {
                    sink.error("optional data members are not supported in structs", at: literal.span)
                } else {
                    tag = self.tag(literal, in: owner)
                    if let tag, !tags.insert(tag).inserted {
                        sink.error("tag for optional data member '\(name)' is already in use", at: literal.span)
                    }
                }
            }
            if owner.kind != .struct { checkInherited(member.name, .dataMember, of: owner) }
            let symbol = declare(.dataMember, member.name, member.prefix, in: owner)
            guard let resolved else { continue }
            if case .structure(let type) = resolved.type, type == owner.scopedName {
                sink.error("struct '\(owner.name)' cannot contain itself", at: member.type.span)
                continue
            }
            if resolved.isLocal, !owner.isLocal {
                sink.error(
                    "non-local \(owner.kind.text) '\(owner.name)' cannot contain local member '\(name)'",
                    at: member.type.span)
            }
            if !isLegalKey(resolved) { owner.isKey = false }
            deepen(owner, by: resolved, at: member.type.span)
            let value = member.initializer.flatMap {
                self.value($0, of: resolved, for: user, isConstant: false, in: owner)
            }
            guard symbol != nil else { continue }
            result.append(
                DataMember(
                    info: info(member.name, member.prefix), type: resolved.type, tag: tag,
                    defaultValue: value?.value, defaultConstant: value?.constant))
        }
        return result
    }

    /// No base may have a member, or in 3.7 an operation, of the same name.
    func checkInherited(_ name: Syntax.Name, _ kind: Symbol.Kind, of owner: Symbol) {
        for base in owner.lineage.dropFirst() {
            guard let known = base.child(name.text), known.kind == .dataMember || known.kind == .operation else {
                continue
            }
            let notes = [("it is defined here", known.span)]
            if known.name == name.text {
                sink.error(
                    "\(kind.text) '\(name.text)' is already defined as \(known.kind.article) \(known.kind.text) in a base "
                        + "\(owner.kind.text)", at: name.span, notes: notes)
            } else {
                sink.error(
                    "\(kind.text) '\(name.text)' differs only in capitalization from \(known.kind.text) "
                        + "'\(known.name)', which is defined in a base \(owner.kind.text)", at: name.span, notes: notes)
            }
            return
        }
    }

    // MARK: Structs

    func structure(_ definition: Syntax.Definition, _ body: Syntax.Body, in scope: Symbol) {
        guard let symbol = declare(.struct, definition, in: scope) else { return }
        let members = members(body.members, of: symbol)
        if body.members.isEmpty, !body.isBroken {
            sink.error("struct '\(symbol.name)' must have at least one member", at: symbol.span)
        }
        var result = StructDefinition(info: info(definition), scopedName: symbol.scopedName, members: members)
        result.isLocal = definition.isLocal
        model.structs[symbol.scopedName] = result
        record(symbol)
    }

    // MARK: Exceptions

    func exception(_ definition: Syntax.Definition, _ baseName: Syntax.Name?, _ body: Syntax.Body, in scope: Symbol) {
        let base = baseName.flatMap { self.base($0, kind: .exception, of: definition, in: scope) }
        guard let symbol = declare(.exception, definition, in: scope) else { return }
        symbol.base = base
        symbol.depth = (base?.depth ?? 0) + 1
        let members = members(body.members, of: symbol)
        model.exceptions[symbol.scopedName] = ExceptionDefinition(
            info: info(definition), scopedName: symbol.scopedName, base: base?.scopedName, members: members,
            isLocal: definition.isLocal)
        record(symbol)
    }

    /// The class, exception or interface that a definition extends; nil after a message.
    func base(
        _ name: Syntax.Name, kind: Symbol.Kind, of definition: Syntax.Definition, in scope: Symbol
    ) -> Symbol? {
        if name.text == "Object" || name.text == "Value" {
            sink.error("illegal inheritance from type \(name.text)", at: name.span)
            return nil
        }
        guard let symbol = lookup(name, in: scope, for: .type) else {
            notDefined(name)
            return nil
        }
        guard symbol.kind != .broken else { return nil }
        guard symbol.kind == kind else {
            sink.error("'\(name.text)' is not \(kind.article) \(kind.text)", at: name.span, notes: [declared(symbol)])
            return nil
        }
        guard symbol.isDefined else {
            sink.error(
                "\(kind.text) '\(name.text)' is declared but not defined", at: name.span, notes: [declared(symbol)])
            return nil
        }
        guard symbol.depth < Symbol.maximumDepth else {
            sink.error("\(kind.text) '\(definition.name.text)' inherits too deeply", at: name.span)
            return nil
        }
        // Only exceptions that are local may extend ones that aren't.
        if symbol.isLocal != definition.isLocal, symbol.isLocal || kind != .exception {
            let (own, other) = symbol.isLocal ? ("non-local", "local") : ("local", "non-local")
            sink.error(
                "\(own) '\(definition.name.text)' cannot have \(other) base \(kind.text) '\(name.text)'", at: name.span)
        }
        checkDeprecation(
            of: symbol, user: "\(kind.text) '\(definition.name.text)'", verb: "inherits from", at: name.span)
        return symbol
    }

    // MARK: Classes

    func declareClass(_ definition: Syntax.Definition, in scope: Symbol) {
        guard let symbol = declareOrFind(.class, definition, in: scope), !symbol.isDefined else { return }
        guard model.classes[symbol.scopedName] == nil else { return }
        var result = ClassDefinition(info: info(definition), scopedName: symbol.scopedName, isDeclaredOnly: true)
        result.isLocal = definition.isLocal
        model.classes[symbol.scopedName] = result
        record(symbol)
    }

    /// The symbol of a class or interface being declared or defined: a fresh one, which is not defined yet, or the known
    /// one; nil after a message.
    func declareOrFind(_ kind: Symbol.Kind, _ definition: Syntax.Definition, in scope: Symbol) -> Symbol? {
        guard let known = scope.child(definition.name.text), known.kind == kind || known.kind == .broken,
            known.name == definition.name.text
        else {
            let symbol = declare(kind, definition, in: scope)
            symbol?.isDefined = false
            return symbol
        }
        guard known.kind == kind else { return nil }
        if known.isLocal != definition.isLocal {
            sink.error(
                "\(kind.text) '\(known.name)' is declared local in one place and not in another",
                at: definition.name.span, notes: [("it is declared here", known.span)])
        }
        return known
    }

    func defineClass(
        _ definition: Syntax.Definition, _ compactID: Syntax.Literal?, _ baseName: Syntax.Name?,
        _ interfaceNames: [Syntax.Name], _ body: Syntax.Body, in scope: Symbol
    ) {
        let base = baseName.flatMap { self.base($0, kind: .class, of: definition, in: scope) }
        let interfaces = interfaceNames.compactMap { self.base($0, kind: .interface, of: definition, in: scope) }
        guard let symbol = declareOrFind(.class, definition, in: scope) else { return }
        guard !symbol.isDefined else {
            return redefined(
                Symbol(kind: .class, name: symbol.name, parent: scope, span: definition.name.span), symbol)
        }
        symbol.isDefined = true
        symbol.deprecation = symbol.deprecation ?? deprecation(definition.prefix)
        symbol.base = base
        symbol.interfaces = interfaces
        symbol.depth = ((interfaces + [base].compactMap { $0 }).map(\.depth).max() ?? 0) + 1
        if !interfaces.isEmpty { checkAmbiguity(of: symbol, at: definition.name.span) }
        let id = compactID.flatMap { self.compactID($0, of: symbol) }
        let members = members(body.members, of: symbol)
        let operations = operations(body.operations, of: symbol)
        var result = ClassDefinition(
            info: info(definition), scopedName: symbol.scopedName, compactID: id, base: base?.scopedName,
            members: members, operations: operations)
        result.isLocal = definition.isLocal
        if result.info.comment == nil { result.info.comment = model.classes[symbol.scopedName]?.info.comment }
        model.classes[symbol.scopedName] = result
        record(symbol, at: definition.name.span)
        let isInterface = isInterface(symbol) || model.interfaces[symbol.scopedName] != nil
        if isInterface, !definition.isLocal { addInterface(ofClass: symbol) }
    }

    private func compactID(_ literal: Syntax.Literal, of symbol: Symbol) -> Int32? {
        guard let value = integer(literal, in: symbol) else { return nil }
        guard value >= 0 else {
            sink.error("invalid compact id '\(value)': compact ids cannot be negative", at: literal.span)
            return nil
        }
        guard let id = Int32(exactly: value) else {
            sink.error(
                "invalid compact id '\(value)': compact ids must be less than or equal to '\(Int32.max)'",
                at: literal.span)
            return nil
        }
        if let other = compactIDs[id], other !== symbol {
            sink.error(
                "invalid compact id for class: already assigned to class '\(other.scoped)'", at: literal.span,
                notes: [declared(other)])
        }
        compactIDs[id] = symbol
        return id
    }

    /// A class of 3.7 that has operations, its own or inherited: proxies to it are possible.
    func isInterface(_ symbol: Symbol) -> Bool {
        symbol.lineage.contains { !$0.interfaces.isEmpty || $0.children.values.contains { $0.kind == .operation } }
    }

    /// Gives a class of 3.7 the interface that proxies to it have. It has the class's name.
    func addInterface(ofClass symbol: Symbol) {
        let name = symbol.scopedName
        guard let definition = model.classes[name] else { return }
        var bases = symbol.interfaces.map(\.scopedName)
        if let base = symbol.base, isInterface(base) { bases.insert(base.scopedName, at: 0) }
        model.interfaces[name] = InterfaceDefinition(
            info: definition.info, scopedName: name, bases: bases, operations: definition.operations,
            isDeclaredOnly: definition.isDeclaredOnly)
    }
}
