extension Checker {
    /// What every object has.
    private static let objectOperations = ["ice_id", "ice_ids", "ice_isA", "ice_ping"]

    func declareInterface(_ definition: Syntax.Definition, in scope: Symbol) {
        guard let symbol = declareOrFind(.interface, definition, in: scope), !symbol.isDefined else { return }
        guard model.interfaces[symbol.scopedName] == nil else { return }
        model.interfaces[symbol.scopedName] = InterfaceDefinition(
            info: info(definition), scopedName: symbol.scopedName, isDeclaredOnly: true, isLocal: definition.isLocal)
        record(symbol)
    }

    func defineInterface(
        _ definition: Syntax.Definition, _ baseNames: [Syntax.Name], _ body: Syntax.Body, in scope: Symbol
    ) {
        var bases: [Symbol] = []
        for name in baseNames {
            guard let base = self.base(name, kind: .interface, of: definition, in: scope) else { continue }
            if !bases.contains(where: { $0 === base }) { bases.append(base) }
        }
        guard let symbol = declareOrFind(.interface, definition, in: scope) else { return }
        guard !symbol.isDefined else {
            return redefined(
                Symbol(kind: .interface, name: symbol.name, parent: scope, span: definition.name.span), symbol)
        }
        symbol.isDefined = true
        symbol.deprecation = symbol.deprecation ?? deprecation(definition.prefix)
        symbol.interfaces = bases
        symbol.depth = (bases.map(\.depth).max() ?? 0) + 1
        checkAmbiguity(of: symbol, at: definition.name.span)
        let operations = operations(body.operations, of: symbol)
        var info = info(definition)
        if info.comment == nil { info.comment = model.interfaces[symbol.scopedName]?.info.comment }
        model.interfaces[symbol.scopedName] = InterfaceDefinition(
            info: info, scopedName: symbol.scopedName, bases: bases.map(\.scopedName), operations: operations,
            isLocal: definition.isLocal)
        record(symbol, at: definition.name.span)
    }

    /// No operation may come from two bases that didn't get it from the same place.
    func checkAmbiguity(of symbol: Symbol, at span: Span) {
        var owners: [String: (Symbol, Symbol)] = [:]
        for base in symbol.allInterfaces.dropFirst() {
            for operation in base.children.values.sorted(by: { $0.name < $1.name }) where operation.kind == .operation {
                let key = operation.name.lowercased()
                guard let (other, owner) = owners[key] else {
                    owners[key] = (operation, base)
                    continue
                }
                guard owner !== base else { continue }
                let notes = [declared(other), declared(operation)]
                if other.name == operation.name {
                    sink.error(
                        "ambiguous multiple inheritance: '\(symbol.name)' inherits operation '\(operation.name)' from "
                            + "two or more unrelated base interfaces", at: span, notes: notes)
                } else {
                    sink.error(
                        "ambiguous multiple inheritance: '\(symbol.name)' inherits operations '\(other.name)' and "
                            + "'\(operation.name)', which differ only in capitalization, from unrelated base interfaces",
                        at: span, notes: notes)
                }
            }
        }
    }

    // MARK: Operations

    func operations(_ operations: [Syntax.Operation], of owner: Symbol) -> [Operation] {
        let inherited = Array(owner.allInterfaces.dropFirst())
        return operations.compactMap { operation($0, of: owner, inherited: inherited) }
    }

    private func operation(_ syntax: Syntax.Operation, of owner: Symbol, inherited: [Symbol]) -> Operation? {
        let name = syntax.name.text
        checkOperationName(syntax.name, of: owner, inherited: inherited)
        let result = syntax.result.map { use in
            resolve(use, in: owner, user: "operation '\(name)'").map { (use, $0) }
        }
        guard let symbol = declare(.operation, syntax.name, syntax.prefix, in: owner) else { return nil }
        var tags: Set<Int32> = []
        var isComplete = true

        func tag(_ literal: Syntax.Literal?, _ message: String) -> Int32? {
            guard let literal, let tag = self.tag(literal, in: symbol) else { return nil }
            if !tags.insert(tag).inserted { sink.error(message, at: literal.span) }
            return tag
        }

        var returned: Operation.Result?
        if let result {
            if let (use, resolved) = result {
                checkLocal(resolved, use.span, owner, "return type of operation '\(name)'")
                returned = Operation.Result(
                    type: resolved.type, tag: tag(syntax.resultTag, "return tag is already in use"))
            } else {
                isComplete = false
            }
        }
        var inParameters: [Parameter] = []
        var outParameters: [Parameter] = []
        for parameter in syntax.parameters {
            let text = parameter.name.text
            if !parameter.isOut, !outParameters.isEmpty {
                sink.error(
                    "parameter '\(text)': in-parameters cannot come after out-parameters", at: parameter.name.span)
            }
            let resolved = resolve(parameter.type, in: symbol, user: "parameter '\(text)'")
            _ = declare(.parameter, parameter.name, parameter.prefix, in: symbol)
            let tag = tag(parameter.tag, "tag for optional parameter '\(text)' is already in use")
            guard let resolved else {
                isComplete = false
                continue
            }
            checkLocal(resolved, parameter.type.span, owner, "parameter '\(text)'")
            let result = Parameter(info: info(parameter.name, parameter.prefix), type: resolved.type, tag: tag)
            if parameter.isOut { outParameters.append(result) } else { inParameters.append(result) }
        }
        let exceptions = exceptions(syntax.exceptions, of: name, in: owner)
        guard isComplete else { return nil }
        return Operation(
            info: info(syntax.name, syntax.prefix), interface: owner.scopedName, isIdempotent: syntax.isIdempotent,
            result: returned, inParameters: inParameters, outParameters: outParameters, exceptions: exceptions)
    }

    private func checkLocal(_ type: ResolvedType, _ span: Span, _ owner: Symbol, _ what: String) {
        guard type.isLocal, !owner.isLocal else { return }
        sink.error("non-local \(owner.kind.text) '\(owner.name)' cannot have a local \(what)", at: span)
    }

    private func checkOperationName(_ name: Syntax.Name, of owner: Symbol, inherited: [Symbol]) {
        if name.text == owner.name {
            sink.error("\(owner.kind.text) name '\(owner.name)' cannot be used as operation name", at: name.span)
        } else if name.text.lowercased() == owner.name.lowercased() {
            sink.error(
                "operation '\(name.text)' differs only in capitalization from enclosing \(owner.kind.text) name "
                    + "'\(owner.name)'", at: name.span)
        }
        if let known = Checker.objectOperations.first(where: { $0.lowercased() == name.text.lowercased() }) {
            sink.error("operation '\(known)' is already defined as an operation in a base interface", at: name.span)
        }
        if owner.kind == .class { checkInherited(name, .operation, of: owner) }
        for base in inherited where base.kind == .interface {
            guard let known = base.child(name.text), known.kind == .operation else { continue }
            let notes = [("it is defined here", known.span)]
            if known.name == name.text {
                sink.error(
                    "operation '\(name.text)' is already defined as an operation in a base interface", at: name.span,
                    notes: notes)
            } else {
                sink.error(
                    "operation '\(name.text)' differs only in capitalization from operation '\(known.name)', which is "
                        + "defined in a base interface", at: name.span, notes: notes)
            }
            return
        }
    }

    private func exceptions(_ names: [Syntax.Name], of operation: String, in scope: Symbol) -> [ScopedName] {
        var result: [ScopedName] = []
        for name in names {
            guard let symbol = lookup(name, in: scope, for: .type) else {
                notDefined(name)
                continue
            }
            guard symbol.kind != .broken else { continue }
            guard symbol.kind == .exception else {
                sink.error("'\(name.text)' is not an exception", at: name.span, notes: [declared(symbol)])
                continue
            }
            if symbol.isLocal, !scope.isLocal {
                sink.error("operation '\(operation)' cannot throw local exception '\(name.text)'", at: name.span)
            }
            checkDeprecation(of: symbol, user: "operation '\(operation)'", verb: "can throw", at: name.span)
            guard !result.contains(symbol.scopedName) else {
                sink.error(
                    "operation '\(operation)' has a throws clause with a duplicate exception: '\(name.text)'",
                    at: name.span)
                continue
            }
            result.append(symbol.scopedName)
        }
        return result
    }
}
