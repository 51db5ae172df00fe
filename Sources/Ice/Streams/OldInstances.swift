import IceEncoding

/// The instances of an encapsulation of encoding 1.0, which follow the parameters. All are made before the members of one
/// are read.
final class OldInstances {
    struct Entry {
        let value: Value
        /// From that of the value's type on.
        let slices: ArraySlice<SliceReader.OldSlice>
        var isRead = false
        /// How many instances lead to it that were read before it.
        var depth = 1
    }

    /// By their numbers.
    var entries: [Int32: Entry] = [:]
    /// The numbers as they came.
    var order: [Int32] = []
    /// Of the instance that is being read; 0 outside.
    var current: Int32 = 0
    /// Whether references are noted and read as null: what is refused must not keep itself alive as a circle.
    var onlyNotes = false
    /// Who refers to whom.
    var references: [(from: Int32, to: Int32)] = []
}

extension OldInstances {
    /// Checks that no chain of instances is too long, and unless they are allowed, that there are no circles.
    func check(_ settings: StreamSettings) throws(MarshalError) {
        var successors: [Int32: [Int32]] = [:]
        var predecessors: [Int32: [Int32]] = [:]
        for (from, to) in references {
            successors[from, default: []].append(to)
            predecessors[to, default: []].append(from)
        }
        let isWhole = try peel(successors, predecessors)
        guard !isWhole else { return }
        guard settings.acceptClassCycles else {
            throw MarshalError(.malformed, "instances refer to each other in a circle")
        }
        // What leads to a circle, too.
        _ = try peel(predecessors, successors)
    }

    /// Takes away those that refer to none that is left, one after the other.
    ///
    /// - Returns: whether none is left.
    private func peel(
        _ successors: [Int32: [Int32]], _ predecessors: [Int32: [Int32]]
    ) throws(MarshalError) -> Bool {
        var waits = successors.mapValues(\.count)
        var heights: [Int32: Int] = [:]
        var ready = order.filter { waits[$0] == nil }
        var count = 0
        while let number = ready.popLast() {
            count += 1
            let height = heights[number, default: 1]
            guard height <= SliceReader.longestChain else {
                throw MarshalError(.malformed, "a chain of more than \(SliceReader.longestChain) instances")
            }
            for predecessor in predecessors[number] ?? [] {
                heights[predecessor] = max(heights[predecessor, default: 1], height + 1)
                let left = (waits[predecessor] ?? 0) - 1
                waits[predecessor] = left
                if left == 0 { ready.append(predecessor) }
            }
        }
        return count == order.count
    }
}
