import Slice

/// Writes the names of types in one generated file, and notes the imports that they need.
final class TypeNames {
    let names: ModuleNames
    let facts: WireFacts
    /// Modules besides `Ice` that public declarations of the file need.
    private(set) var imports: Set<String> = []
    /// Modules that only bodies of functions need.
    private(set) var innerImports: Set<String> = []
    /// Whether public declarations need `Ice`.
    private(set) var usesRuntime = false
    /// What could not be named, for the caller to report once at each place.
    private(set) var diagnostics: [Diagnostic] = []
    /// Names of types in any generated module: Swift's own are qualified when they are among them.
    private let taken: Set<String>
    private var reported: Set<ScopedName> = []

    init(names: ModuleNames, facts: WireFacts, taken: Set<String>) {
        self.names = names
        self.facts = facts
        self.taken = taken
    }

    private var model: SliceModel { names.model }

    /// Something of the module `Ice` is in a public declaration.
    func needsRuntime() { usesRuntime = true }

    /// Something of another module is in a body.
    func use(_ module: String) { innerImports.insert(module) }

    /// A type of Swift's library.
    func standard(_ name: String) -> String { taken.contains(name) ? "Swift.\(name)" : name }

    /// A type as a member or parameter has it: classes and proxies are optional, as what has a tag is.
    func type(_ type: SliceType, isTagged: Bool = false, at place: ElementInfo) -> String {
        switch type {
        case .anyClass:
            usesRuntime = true
            return "Ice.Value?"
        case .anyProxy:
            usesRuntime = true
            return "Ice.ObjectPrx?"
        case .classInstance(let name): return reference(name, at: place) + "?"
        case .proxy(let name): return reference(name, suffix: "Prx", at: place) + "?"
        default: return required(type, at: place) + (isTagged ? "?" : "")
        }
    }

    private func required(_ type: SliceType, at place: ElementInfo) -> String {
        switch type {
        case .bool: standard("Bool")
        case .byte: standard("UInt8")
        case .short: standard("Int16")
        case .int: standard("Int32")
        case .long: standard("Int64")
        case .float: standard("Float")
        case .double: standard("Double")
        case .string: standard("String")
        case .enumeration(let name), .structure(let name): reference(name, at: place)
        case .sequence(let name):
            isSpelledOut(name) ? spelledOut(name, at: place) : reference(name, at: place)
        case .dictionary(let name):
            isSpelledOut(name) ? spelledOut(name, at: place) : reference(name, at: place)
        case .anyClass, .anyProxy, .classInstance, .proxy: self.type(type, at: place)
        }
    }

    // MARK: Sequences and dictionaries

    /// What a sequence or dictionary is.
    func spelledOut(_ name: ScopedName, at place: ElementInfo) -> String {
        if let sequence = model.sequences[name] { return "[\(type(sequence.element, at: place))]" }
        guard let dictionary = model.dictionaries[name] else { return "Never" }
        return "[\(type(dictionary.key, at: place)): \(type(dictionary.value, at: place))]"
    }

    /// Those of Ice's own files need no module that has their names.
    private func isSpelledOut(_ name: ScopedName) -> Bool {
        name.topLevel.text == "::Ice" && names.place(of: name) == .unknown
    }

    // MARK: Definitions

    /// A definition by its name, with its module where it is in another one.
    func reference(_ name: ScopedName, suffix: String = "", at place: ElementInfo) -> String {
        let flat = names.flatName(of: name) + suffix
        switch names.place(of: name) {
        case .here: return SwiftIdentifier.escaped(flat)
        case .runtime:
            usesRuntime = true
            return "Ice." + SwiftIdentifier.escaped(flat)
        case .module(let module):
            imports.insert(module)
            return module + "." + SwiftIdentifier.escaped(flat)
        case .unknown:
            report(name, at: place)
            return SwiftIdentifier.escaped(flat)
        }
    }

    private func report(_ name: ScopedName, at place: ElementInfo) {
        guard reported.insert(name).inserted else { return }
        let top = name.topLevel.name
        var notes: [Diagnostic] = []
        if let info = model.info(of: name) {
            notes.append(Diagnostic(severity: .note, message: "it is defined here", location: info.location))
        }
        let advice =
            "generate its file, too, or say which Swift module has the Slice module with --module \(top)=SwiftModule"
        diagnostics.append(
            Diagnostic(
                severity: .error, message: "'\(name)' is not in the files given: \(advice)", location: place.location,
                notes: notes))
    }
}
