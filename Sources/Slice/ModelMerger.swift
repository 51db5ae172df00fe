/// Puts the models of several translation units together.
struct ModelMerger {
    private let loader: SourceLoader
    private(set) var model = SliceModel()
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var hasErrors = false
    private var seen: Set<Diagnostic> = []
    private var mainFiles: Set<Int> = []
    private var compactIDs: [Int32: ScopedName] = [:]

    init(loader: SourceLoader) { self.loader = loader }

    /// False when the file was a main file before.
    mutating func begin(_ file: SourceFile) -> Bool { mainFiles.insert(file.identity).inserted }

    /// Adds messages; those of a header included by several units appear once.
    mutating func add(_ more: [Diagnostic]) {
        for diagnostic in more {
            hasErrors = hasErrors || diagnostic.severity == .error
            var key = diagnostic
            key.notes = []
            if seen.insert(key).inserted { diagnostics.append(diagnostic) }
        }
    }

    /// Adds the model of a unit. A definition that is already there must come from the same place.
    mutating func add(_ other: SliceModel) {
        for name in other.order {
            if let module = other.modules[name] {
                addModule(module)
            } else if let known = kind(of: name, in: model), let new = kind(of: name, in: other) {
                merge(name, known, new, other)
            } else {
                copy(name, from: other)
                model.order.append(name)
            }
        }
        model.mainDefinitions.formUnion(other.mainDefinitions)
        model.fileMetadata += other.fileMetadata
        checkCompactIDs(of: other)
    }

    private mutating func addModule(_ module: ModuleDefinition) {
        let name = module.scopedName
        if let (kind, info, _) = kind(of: name, in: model) { return redefined(kind, info, "module", module.info) }
        guard var known = model.modules[name] else {
            model.modules[name] = module
            model.order.append(name)
            return
        }
        let texts = Set(known.info.metadata.map(\.text))
        known.info.metadata += module.info.metadata.filter { !texts.contains($0.text) }
        if known.info.comment == nil { known.info.comment = module.info.comment }
        model.modules[name] = known
    }

    private typealias Known = (kind: String, info: ElementInfo, isDeclaredOnly: Bool)

    private func kind(of name: ScopedName, in model: SliceModel) -> Known? {
        if let found = model.enums[name] { return ("enum", found.info, false) }
        if let found = model.structs[name] { return ("struct", found.info, false) }
        if let found = model.classes[name] { return ("class", found.info, found.isDeclaredOnly) }
        if let found = model.interfaces[name] { return ("interface", found.info, found.isDeclaredOnly) }
        if let found = model.exceptions[name] { return ("exception", found.info, false) }
        if let found = model.sequences[name] { return ("sequence", found.info, false) }
        if let found = model.dictionaries[name] { return ("dictionary", found.info, false) }
        if let found = model.constants[name] { return ("constant", found.info, false) }
        return nil
    }

    private mutating func merge(_ name: ScopedName, _ known: Known, _ new: Known, _ other: SliceModel) {
        guard known.kind == new.kind else { return redefined(known.kind, known.info, new.kind, new.info) }
        if new.isDeclaredOnly {
            // A class declared here may be what a proxy of this unit points to.
            if model.interfaces[name] == nil { model.interfaces[name] = other.interfaces[name] }
            return
        }
        guard known.isDeclaredOnly else {
            if !loader.isSame(known.info.location, new.info.location) {
                redefined(known.kind, known.info, new.kind, new.info)
            }
            if model.interfaces[name] == nil { model.interfaces[name] = other.interfaces[name] }
            return
        }
        copy(name, from: other)
        model.order.removeAll { $0 == name }
        model.order.append(name)
    }

    private mutating func copy(_ name: ScopedName, from other: SliceModel) {
        if let found = other.enums[name] { model.enums[name] = found }
        if let found = other.structs[name] { model.structs[name] = found }
        if let found = other.classes[name] { model.classes[name] = found }
        if let found = other.interfaces[name] { model.interfaces[name] = found }
        if let found = other.exceptions[name] { model.exceptions[name] = found }
        if let found = other.sequences[name] { model.sequences[name] = found }
        if let found = other.dictionaries[name] { model.dictionaries[name] = found }
        if let found = other.constants[name] { model.constants[name] = found }
    }

    private mutating func redefined(_ kind: String, _ known: ElementInfo, _ newKind: String, _ info: ElementInfo) {
        let note = Diagnostic(severity: .note, message: "the previous definition is here", location: known.location)
        add([
            Diagnostic(
                severity: .error, message: "redefinition of \(kind) '\(info.name)' as \(newKind)",
                location: info.location, notes: [note])
        ])
    }

    private mutating func checkCompactIDs(of other: SliceModel) {
        // The unit itself was checked by its own.
        var own: [Int32: ScopedName] = [:]
        for name in other.order {
            guard let definition = other.classes[name], let id = definition.compactID else { continue }
            if let known = compactIDs[id], known != name {
                add([
                    Diagnostic(
                        severity: .error,
                        message: "invalid compact id for class: already assigned to class '\(known)'",
                        location: definition.info.location)
                ])
            }
            own[id] = name
        }
        compactIDs.merge(own) { known, _ in known }
    }
}
