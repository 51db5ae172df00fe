import Slice

/// Counts the places for instances in one body, to tell whether an instance can stand in two of them.
struct InstanceSlots {
    let model: SliceModel
    /// One or two and more, by declared class.
    private var counts: [ScopedName: Int] = [:]
    /// Places that take any class.
    private var anyCount = 0
    /// What was visited: classes, and structs, which would be visited a million times where twenty stand in one another twice.
    private var entered: [ScopedName: Bool] = [:]

    init(model: SliceModel) { self.model = model }

    /// - Parameter many: whether the place itself can be there more than once.
    mutating func visit(_ type: SliceType, many: Bool) {
        switch type {
        case .structure(let name):
            let members = model.structs[name]?.members ?? []
            enter(name, members: members, many: many)
        case .sequence(let name): if let element = model.sequences[name]?.element { visit(element, many: true) }
        case .dictionary(let name): if let value = model.dictionaries[name]?.value { visit(value, many: true) }
        case .classInstance(let name):
            counts[name, default: 0] += many ? 2 : 1
            for name in [name] + model.classesDerived(from: name) { enter(class: name, many: many) }
        case .anyClass:
            anyCount += many ? 2 : 1
            for name in model.order where model.classes[name] != nil { enter(class: name, many: many) }
        default: break
        }
    }

    /// Whoever comes a second time, as one does that holds its own kind, comes often.
    private mutating func enter(_ name: ScopedName, members: [DataMember], many: Bool) {
        let isMany = many || entered[name] != nil
        guard entered[name] != true else { return }
        entered[name] = isMany
        for member in members { visit(member.type, many: isMany) }
    }

    private mutating func enter(class name: ScopedName, many: Bool) {
        let members = model.allMembers(ofClass: name)
        enter(name, members: members, many: many)
    }

    /// Classes of which an instance fits into two places.
    var shared: Set<ScopedName> {
        Set(
            entered.keys.filter { name in
                guard model.classes[name] != nil else { return false }
                var places = anyCount
                var next: ScopedName? = name
                while let current = next {
                    places += counts[current] ?? 0
                    next = model.classes[current]?.base
                }
                return places > 1
            })
    }
}
