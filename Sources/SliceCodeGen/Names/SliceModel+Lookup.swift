import Slice

extension SliceModel {
    /// What is known about a definition of any kind.
    func info(of name: ScopedName) -> ElementInfo? {
        structs[name]?.info ?? sequences[name]?.info ?? dictionaries[name]?.info ?? enums[name]?.info
            ?? classes[name]?.info ?? interfaces[name]?.info ?? exceptions[name]?.info ?? constants[name]?.info
            ?? modules[name]?.info
    }

    /// Whether it is never on the wire: `local` in the 3.7 spelling. It is not mapped.
    func isLocal(_ name: ScopedName) -> Bool {
        structs[name]?.isLocal ?? sequences[name]?.isLocal ?? dictionaries[name]?.isLocal ?? enums[name]?.isLocal
            ?? classes[name]?.isLocal ?? interfaces[name]?.isLocal ?? exceptions[name]?.isLocal ?? false
    }
}

extension ScopedName {
    /// `VisitorCenter`, `Greeter` of `::VisitorCenter::Greeter`.
    var components: [String] { text.split(separator: ":").map(String.init) }

    /// The name of the first so many components.
    func prefix(_ count: Int) -> ScopedName {
        ScopedName(components.prefix(count).map { "::" + $0 }.joined())
    }

    /// The module at the top.
    var topLevel: ScopedName { prefix(1) }
}
