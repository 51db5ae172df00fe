import IceEncoding

/// What a stream knows about the instances and slices that it has written.
final class SliceWriter {
    /// A slice of the instance or exception that is being written.
    struct Slice {
        var isException: Bool
        /// Whether it says its size, and its references are entries of its table.
        var isSliced: Bool
        /// Whether it is the most derived one.
        var isFirst = true
        var flags: SliceFlags = []
        var flagsOffset = 0
        var sizeOffset = 0
        var hasOptionalMembers = false
        var table: [Value] = []
        var tableIndices: [ObjectIdentifier: Int] = [:]
    }

    /// The innermost one; nil outside of instances and exceptions.
    var current: Slice?
    /// How many instances are open, one inside the other.
    var depth = 0
    private var typeIds: [String: Int] = [:]
    /// From 1.
    private var numbers: [ObjectIdentifier: Int] = [:]
    /// In the order of their numbers; kept, so that no other has the address of one.
    private(set) var instances: [Value] = []
    /// In encoding 1.0: how many of them were written.
    var written = 0

    /// The number of a type id, nil when it gets one now.
    func number(ofTypeId typeId: String) -> Int? {
        if let number = typeIds[typeId] { return number }
        typeIds[typeId] = typeIds.count + 1
        return nil
    }

    func number(of value: Value) -> Int? { numbers[ObjectIdentifier(value)] }

    /// Gives an instance the next number, from 1.
    func add(_ value: Value) -> Int {
        instances.append(value)
        numbers[ObjectIdentifier(value)] = instances.count
        return instances.count
    }

    /// The entry for an instance in the table of the current slice, from 1.
    func entry(for value: Value) -> Int {
        if let index = current?.tableIndices[ObjectIdentifier(value)] { return index }
        current?.table.append(value)
        let index = current?.table.count ?? 0
        current?.tableIndices[ObjectIdentifier(value)] = index
        return index
    }
}
