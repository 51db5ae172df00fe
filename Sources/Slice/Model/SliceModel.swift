/// The resolved definitions of one or more Slice files and all they include. Immutable; every reference in it resolves.
package struct SliceModel: Sendable {
    /// All modules, by full name, as all that follow.
    package var modules: [ScopedName: ModuleDefinition] = [:]
    /// All enums.
    package var enums: [ScopedName: EnumDefinition] = [:]
    /// All structs.
    package var structs: [ScopedName: StructDefinition] = [:]
    /// All classes.
    package var classes: [ScopedName: ClassDefinition] = [:]
    /// All exceptions.
    package var exceptions: [ScopedName: ExceptionDefinition] = [:]
    /// All sequences.
    package var sequences: [ScopedName: SequenceDefinition] = [:]
    /// All dictionaries.
    package var dictionaries: [ScopedName: DictionaryDefinition] = [:]
    /// All constants.
    package var constants: [ScopedName: ConstantDefinition] = [:]
    /// All interfaces; those of classes that 3.7 lets be one, under the name of the class.
    package var interfaces: [ScopedName: InterfaceDefinition] = [:]
    /// All definitions in source order, included files where they are included.
    package var order: [ScopedName] = []
    /// The definitions written in the files that were asked for, not in included ones; a subset of ``order``.
    package var mainDefinitions: Set<ScopedName> = []
    /// File metadata (`[["…"]]`) of the files that were asked for.
    package var fileMetadata: [Metadata] = []

    /// Makes an empty model.
    package init() {}

    /// The operations of an interface with those of its bases: bases first, depth first, each once, own ones last.
    package func allOperations(of interface: ScopedName) -> [Operation] {
        var seen: Set<ScopedName> = []
        var operations: [Operation] = []
        func visit(_ name: ScopedName) {
            guard seen.insert(name).inserted, let definition = interfaces[name] else { return }
            definition.bases.forEach(visit)
            operations += definition.operations
        }
        visit(interface)
        return operations
    }

    /// The type IDs an object of this interface answers to `ice_ids` with: its own, all bases', `::Ice::Object`; sorted by byte value.
    package func typeIDs(of interface: ScopedName) -> [String] {
        var seen: Set<ScopedName> = [ScopedName("::Ice::Object")]
        func visit(_ name: ScopedName) {
            guard seen.insert(name).inserted, let definition = interfaces[name] else { return }
            definition.bases.forEach(visit)
        }
        visit(interface)
        return seen.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The members of an exception, its bases' first.
    package func allMembers(ofException name: ScopedName) -> [DataMember] {
        guard let definition = exceptions[name] else { return [] }
        return (definition.base.map(allMembers(ofException:)) ?? []) + definition.members
    }

    /// The members of a class, its bases' first.
    package func allMembers(ofClass name: ScopedName) -> [DataMember] {
        guard let definition = classes[name] else { return [] }
        return (definition.base.map(allMembers(ofClass:)) ?? []) + definition.members
    }

    /// What a file defines, in source order: modules that it opens first are among it, mere declarations are not.
    package func definitions(in path: String) -> [ScopedName] {
        order.filter { name in
            if let found = classes[name] { return !found.isDeclaredOnly && found.info.location.file == path }
            if let found = interfaces[name] { return !found.isDeclaredOnly && found.info.location.file == path }
            let info =
                modules[name]?.info ?? enums[name]?.info ?? structs[name]?.info ?? exceptions[name]?.info
                ?? sequences[name]?.info ?? dictionaries[name]?.info ?? constants[name]?.info
            return info?.location.file == path
        }
    }
}
