/// Looks up every name, checks every rule and builds the model of one translation unit.
///
/// It walks the definitions once, in source order: Slice wants everything defined, or declared, before its use.
final class Checker {
    let map: SourceMap
    let sink: DiagnosticSink
    let comments: [(text: String, position: Position)]
    let unit = Symbol(
        kind: .module, name: "", parent: nil, span: Span(position: Position(unit: 0, offset: 0), length: 0))

    var model = SliceModel()
    /// ``SliceModel/order`` while it grows; nil where a declaration was followed by its definition.
    var order: [ScopedName?] = []
    /// Where declarations without definition so far stand in ``order``.
    var declarations: [ScopedName: Int] = [:]
    var symbols: [ScopedName: Symbol] = [:]
    var compactIDs: [Int32: Symbol] = [:]
    var suppressesDeprecation = false

    init(map: SourceMap, sink: DiagnosticSink, comments: [(text: String, position: Position)]) {
        self.map = map
        self.sink = sink
        self.comments = comments
    }

    /// Checks a translation unit; its model holds what could be understood, even after errors.
    func check(_ file: Syntax.File) -> SliceModel {
        for (directive, isMain) in file.metadata where isMain {
            model.fileMetadata.append(Metadata(text: directive.text, location: map.location(directive.span.position)))
            if directive.text.hasPrefix("suppress-warning") {
                let arguments = directive.text.drop { $0 != ":" }.dropFirst().split(separator: ",")
                let names = arguments.map { $0.filter { $0 != " " } }
                if names.isEmpty || names.contains("all") || names.contains("deprecated") {
                    suppressesDeprecation = true
                }
            }
        }
        for definition in file.definitions { check(definition, in: unit) }
        model.order = order.compactMap { $0 }
        release()
        return model
    }

    private func check(_ definition: Syntax.Definition, in scope: Symbol) {
        guard !sink.isFull else { return }
        if scope === unit {
            let plural: String? =
                switch definition.kind {
                case .module, .broken: nil
                case .classDeclaration, .classDefinition: "classes"
                case .interfaceDeclaration, .interfaceDefinition: "interfaces"
                case .exception: "exceptions"
                case .structure: "structs"
                case .sequence: "sequences"
                case .dictionary: "dictionaries"
                case .enumeration: "enums"
                case .constant: "constants"
                }
            if let plural {
                sink.error("\(plural) can only be defined within a module", at: definition.name.span)
            }
        }
        switch definition.kind {
        case .module(let content, _): module(definition, content, in: scope)
        case .classDeclaration: declareClass(definition, in: scope)
        case .classDefinition(let compactID, let base, let interfaces, let body):
            defineClass(definition, compactID, base, interfaces, body, in: scope)
        case .interfaceDeclaration: declareInterface(definition, in: scope)
        case .interfaceDefinition(let bases, let body): defineInterface(definition, bases, body, in: scope)
        case .exception(let base, let body): exception(definition, base, body, in: scope)
        case .structure(let body): structure(definition, body, in: scope)
        case .sequence(let element, let metadata): sequence(definition, element, metadata, in: scope)
        case .dictionary(let key, let keyMetadata, let value, let valueMetadata):
            dictionary(definition, key, keyMetadata, value, valueMetadata, in: scope)
        case .enumeration(let enumerators, let isBroken): enumeration(definition, enumerators, isBroken, in: scope)
        case .constant(let type, let literal): constant(definition, type, literal, in: scope)
        case .broken:
            if scope.child(definition.name.text) == nil {
                scope.add(Symbol(kind: .broken, name: definition.name.text, parent: scope, span: definition.name.span))
            }
        }
    }

    /// Takes apart what symbols hold of each other besides their children: cycles, and chains too long to free at once.
    private func release() {
        for symbol in symbols.values {
            symbol.base = nil
            symbol.interfaces = []
            symbol.introduced = [:]
        }
    }

    // MARK: Modules

    private func module(_ definition: Syntax.Definition, _ content: [Syntax.Definition], in scope: Symbol) {
        let symbol: Symbol
        if let known = scope.child(definition.name.text), known.kind == .module, known.name == definition.name.text {
            symbol = known
            reopen(known, definition)
        } else if let fresh = declare(.module, definition, in: scope) {
            symbol = fresh
            model.modules[symbol.scopedName] = ModuleDefinition(
                info: info(definition), scopedName: symbol.scopedName)
            record(symbol)
        } else {
            // Checked all the same, out of everybody's sight.
            symbol = Symbol(kind: .module, name: definition.name.text, parent: scope, span: definition.name.span)
        }
        for inner in content { check(inner, in: symbol) }
    }

    /// A module may be opened many times; what is said about it adds up.
    private func reopen(_ symbol: Symbol, _ definition: Syntax.Definition) {
        let name = symbol.scopedName
        if map.isMain(definition.name.span.position) { model.mainDefinitions.insert(name) }
        let more = info(definition)
        guard var module = model.modules[name] else { return }
        let known = Set(module.info.metadata.map(\.text))
        module.info.metadata += more.metadata.filter { !known.contains($0.text) }
        if module.info.comment == nil { module.info.comment = more.comment }
        model.modules[name] = module
    }

    // MARK: Recording

    /// Notes a definition in the model's order, in place of an earlier declaration.
    func record(_ symbol: Symbol, at span: Span? = nil) {
        let name = symbol.scopedName
        if let declared = declarations.removeValue(forKey: name) { order[declared] = nil }
        if !symbol.isDefined { declarations[name] = order.count }
        order.append(name)
        symbols[name] = symbol
        if map.isMain((span ?? symbol.span).position) {
            model.mainDefinitions.insert(name)
        } else {
            model.mainDefinitions.remove(name)
        }
    }

    func info(_ definition: Syntax.Definition) -> ElementInfo { info(definition.name, definition.prefix) }

    func info(_ name: Syntax.Name, _ prefix: Syntax.Prefix) -> ElementInfo {
        ElementInfo(
            name: name.text, location: map.location(name.span.position), metadata: metadata(prefix.metadata),
            comment: prefix.comment < 0 ? nil : DocComment(parsing: comments[Int(prefix.comment)].text))
    }

    func metadata(_ directives: [Syntax.Directive]) -> [Metadata] {
        directives.map { Metadata(text: $0.text, location: map.location($0.span.position)) }
    }

    func deprecation(_ prefix: Syntax.Prefix) -> String? {
        for directive in prefix.metadata {
            let word = directive.text.prefix { $0 != ":" }
            if word == "deprecated" || word == "deprecate" {
                return String(directive.text.dropFirst(word.count).drop { $0 == ":" })
            }
        }
        return nil
    }
}
