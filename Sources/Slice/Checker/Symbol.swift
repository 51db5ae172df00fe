/// A named thing while it is being checked.
final class Symbol {
    /// The largest ``depth``.
    static let maximumDepth = 256

    enum Kind {
        case module, `class`, interface, exception, `struct`, sequence, dictionary, `enum`, enumerator, constant
        case operation, parameter, dataMember
        /// Its definition has a syntax error: it stands for anything.
        case broken

        /// As messages say it.
        var text: String {
            switch self {
            case .module: "module"
            case .class: "class"
            case .interface: "interface"
            case .exception: "exception"
            case .struct: "struct"
            case .sequence: "sequence"
            case .dictionary: "dictionary"
            case .enum: "enum"
            case .enumerator: "enumerator"
            case .constant: "constant"
            case .operation: "operation"
            case .parameter: "parameter"
            case .dataMember: "data member"
            case .broken: "definition"
            }
        }

        var plural: String { self == .class ? "classes" : text + "s" }

        var article: String { "aeio".contains(text.prefix(1)) ? "an" : "a" }
    }

    let kind: Kind
    let name: String
    /// With a leading `::`; empty for the unit.
    let scoped: String
    let span: Span
    unowned let parent: Symbol?
    /// By lower-case name: names of one scope differ by more than case.
    private(set) var children: [String: Symbol] = [:]
    private(set) var enums: [Symbol] = []
    /// What the first part of a name stood for when it was used in this scope, by lower-case name.
    var introduced: [String: Symbol] = [:]

    /// How deep others reach into it: bases, members, elements. Whoever walks the model may recurse.
    var depth = 0
    var isLocal = false
    /// False as long as a class or interface is only declared.
    var isDefined = true
    /// An enum of which some enumerators couldn't be read.
    var isBroken = false
    /// The text of its `deprecated` metadata; empty without text.
    var deprecation: String?
    /// The class or exception it extends.
    var base: Symbol?
    /// The interfaces it extends or, of a class, implements.
    var interfaces: [Symbol] = []
    /// The type of a constant.
    var type: SliceType?
    /// A dictionary may have it as key: a sequence or struct made of nothing but keys.
    var isKey = true
    /// The value of a constant or enumerator.
    var constant: ConstantValue?

    init(kind: Kind, name: String, parent: Symbol?, span: Span) {
        self.kind = kind
        self.name = name
        self.parent = parent
        self.span = span
        scoped = parent.map { $0.scoped + "::" + name } ?? ""
    }

    var scopedName: ScopedName { ScopedName(scoped) }

    func child(_ name: String) -> Symbol? { children[name.lowercased()] }

    func add(_ symbol: Symbol) {
        children[symbol.name.lowercased()] = symbol
        if symbol.kind == .enum { enums.append(symbol) }
    }

    var members: [Symbol] { children.values.filter { $0.kind == .dataMember } }

    /// It and the classes or exceptions it extends, nearest first.
    var lineage: [Symbol] {
        var result: [Symbol] = []
        var next: Symbol? = self
        while let symbol = next {
            result.append(symbol)
            next = symbol.base
        }
        return result
    }

    /// It and every interface it extends, each once.
    var allInterfaces: [Symbol] {
        var result: [Symbol] = []
        var seen: Set<ObjectIdentifier> = []
        var waiting = [self]
        while let symbol = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(symbol)).inserted else { continue }
            result.append(symbol)
            waiting += symbol.interfaces.reversed()
            if let base = symbol.base { waiting.append(base) }
        }
        return result
    }
}
