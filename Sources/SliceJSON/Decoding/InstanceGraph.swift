import IceEncoding

/// The instances of an encapsulation and where they are, found in a first walk over it, and what was written of them.
///
/// A second walk writes them in another order than they came in: bases first, results first, and in encoding 1.0 and in the
/// sliced format members say only the number of an instance.
struct InstanceGraph {
    struct Instance {
        /// Of the first slice; in encoding 1.1 rising with the instance's number.
        var start: Int32
        /// Behind the last slice. Encoding 1.1.
        var end: Int32 = 0
        /// The most derived known class; -1 when none is.
        var definition: Int32 = -1
        /// The record of that class's slice; those of its bases follow.
        var firstSlice: Int32 = 0
        /// The records of slices of unknown types, a chain in the order of the wire; -1 without.
        var firstUnknown: Int32 = -1
        var isWritten = false
    }

    struct Slice {
        /// Of the first member.
        var start: Int32 = 0
        /// Behind the members, optional ones and the end marker included.
        var end: Int32 = 0
        var flags = SliceFlags()
        /// The instances of the indirection table, a range of ``InstanceGraph/entries``; count -1 without a table.
        var firstEntry: Int32 = 0
        var entryCount: Int32 = -1
        /// Of an unknown type: an index of ``InstanceGraph/typeIDs``, or its compact ID, by the flags.
        var type: Int32 = 0
        /// The next of an unknown type; -1 at the end.
        var next: Int32 = -1
    }

    struct TypeID {
        /// Of the string's bytes in the encapsulation.
        var offset: Int32
        var count: Int32
        /// The class with this type ID; -1 when there is none.
        var definition: Int32
    }

    /// A place in the text that depends on which instances are met twice.
    struct Mark {
        /// In bytes from the start of the buffer.
        var offset: Int
        var instance: Int32
        /// True inside the quotes of `"@ref"`; false where an `"@id"` may have to stand.
        var isReference: Bool
    }

    var instances: [Instance] = []
    var slices: [Slice] = []
    /// Numbers of instances.
    var entries: [Int32] = []
    /// As type ID indexes count them.
    var typeIDs: [TypeID] = []
    /// Bytes of the type IDs of slices of unknown types, counted once a slice.
    var unknownTypeIDSize = 0
    /// Encoding 1.0: from the number on the wire.
    var numbers: [Int32: Int32] = [:]
    /// The tables that are being read.
    var openEntries: [Int32] = []
    /// False during the first walk.
    var isComplete = false
    /// Instances open, one in the other.
    var depth = 0

    var marks: [Mark] = []
    var hasReferences = false

    /// The instance whose first slice starts there. Encoding 1.1.
    func instance(startingAt offset: Int) -> Int32? {
        var low = 0
        var high = instances.count
        while low < high {
            let middle = low + (high - low) / 2
            let start = Int(instances[middle].start)
            if start == offset { return Int32(middle) }
            if start < offset { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Numbers the instances that were met twice, in the order of the text, and writes their numbers into it.
    ///
    /// - Parameter start: where the text begins in the buffer.
    func finish(from start: Int, _ out: inout OutputBuffer) {
        guard hasReferences else { return }
        var ids = [Int32](repeating: 0, count: instances.count)
        for mark in marks where mark.isReference { ids[Int(mark.instance)] = -1 }
        var next: Int32 = 0
        for mark in marks where !mark.isReference && ids[Int(mark.instance)] < 0 {
            next += 1
            ids[Int(mark.instance)] = next
        }
        var text = OutputBuffer(minimumCapacity: out.count - start + 16 * marks.count)
        var position = start
        for mark in marks where ids[Int(mark.instance)] > 0 {
            text.append(UnsafeRawBufferPointer(rebasing: out.bytes[position..<mark.offset]))
            position = mark.offset
            if !mark.isReference { text.append(",\"@id\":\"") }
            text.appendDecimal(Int64(ids[Int(mark.instance)]))
            if !mark.isReference { text.append("\"") }
        }
        text.append(UnsafeRawBufferPointer(rebasing: out.bytes[position...]))
        out.truncate(to: start)
        out.append(text.bytes)
    }
}
