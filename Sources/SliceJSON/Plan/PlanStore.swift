/// What a plan is made of, while it is made.
struct PlanParts {
    struct Definitions {
        var entries: [PlanClass] = []
        var names: [String] = []
    }

    var nodes: [PlanNode] = []
    var members: [PlanMember] = []
    var tagged: [Int32] = []
    var enumerators: [PlanEnumerator] = []
    var slices: [PlanSlice] = []
    var classes = Definitions()
    var exceptions = Definitions()
    var text: [UInt8] = []
}

/// Owns the tables of a plan.
///
/// Sendable without a check: nothing is written after the initializer returns.
final class PlanStore: @unchecked Sendable {
    let tables: PlanTables
    private let memory: [UnsafeMutableRawPointer]

    init(_ parts: PlanParts) {
        var memory: [UnsafeMutableRawPointer] = []
        func place<Element>(_ array: [Element]) -> UnsafePointer<Element> {
            let target = UnsafeMutablePointer<Element>.allocate(capacity: max(array.count, 1))
            array.withUnsafeBufferPointer { source in
                if let base = source.baseAddress { target.initialize(from: base, count: source.count) }
            }
            memory.append(UnsafeMutableRawPointer(target))
            return UnsafePointer(target)
        }
        func place(_ definitions: PlanParts.Definitions) -> PlanDefinitions {
            let utf8 = definitions.names.map { Array($0.utf8) }
            let byName = utf8.indices.sorted { left, right in
                utf8[left].count != utf8[right].count
                    ? utf8[left].count < utf8[right].count : utf8[left].lexicographicallyPrecedes(utf8[right])
            }
            let entries = definitions.entries
            let byCompactID = entries.indices.filter { entries[$0].compactID >= 0 }
                .sorted { entries[$0].compactID < entries[$1].compactID }
            return PlanDefinitions(
                entries: place(entries), byName: place(byName.map { Int32($0) }), count: Int32(entries.count),
                byCompactID: place(byCompactID.map { Int32($0) }), compactCount: Int32(byCompactID.count))
        }
        tables = PlanTables(
            nodes: place(parts.nodes), members: place(parts.members), tagged: place(parts.tagged),
            enumerators: place(parts.enumerators), slices: place(parts.slices), classes: place(parts.classes),
            exceptions: place(parts.exceptions), text: place(parts.text), powers: PowersOfFive.shared, seed: Self.seed)
        self.memory = memory
    }

    // Everything in them is trivial.
    deinit { memory.forEach { $0.deallocate() } }

    private static let seed = UInt64.random(in: .min ... .max)
}
