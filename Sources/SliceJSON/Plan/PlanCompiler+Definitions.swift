import Slice

extension PlanCompiler {
    // MARK: Classes and exceptions

    typealias Link = (name: ScopedName, members: [DataMember], compactID: Int32?)

    /// The definition and its bases, most derived first.
    func chain(
        _ name: ScopedName, _ find: (ScopedName) -> (members: [DataMember], compactID: Int32?, base: ScopedName?)?
    ) -> [Link] {
        var links: [Link] = []
        var next: ScopedName? = name
        while let current = next, let found = find(current) {
            links.append((current, found.members, found.compactID))
            next = found.base
        }
        return links
    }

    mutating func definition(_ name: ScopedName, _ links: [Link]) -> PlanClass {
        var result = PlanClass(typeID: place(name.text), compactID: links.first?.compactID ?? -1)
        if links.count > 1 { result.base = classes[links[1].name] ?? exceptions[links[1].name] ?? -1 }
        do throws(Unsupported) {
            let lists = try memberLists(links.reversed().map { link in link.members.map { Source($0) } })
            result.members = PlanMembers(
                first: lists.first?.first ?? 0, count: lists.reduce(0) { $0 + $1.count },
                usesClasses: lists.contains(where: \.usesClasses))
            result.usesClasses = lists.contains { list in
                list.range.contains { parts.nodes[Int(parts.members[Int($0)].node)].usesClasses }
            }
            result.firstSlice = Int32(parts.slices.count)
            result.sliceCount = Int32(links.count)
            for (link, members) in zip(links, lists.reversed()) {
                parts.slices.append(
                    PlanSlice(typeID: place(link.name.text), compactID: link.compactID ?? -1, members: members))
            }
        } catch {
            result.isSupported = false
            problems[name] = error.reason
        }
        return result
    }
}
