/// What is known of the instances in a JSON text, and what was written of them.
///
/// An instance is known by where its object stands in the text. A text with references is walked twice: the first walk only
/// finds out which object has which `@id`. So is one with slices of unknown types: they need the sliced format, all of it.
struct InstanceBook {
    struct Entry {
        /// The offset of the object in the text.
        var place: Int32
        /// Its class; -1 for one of unknown slices only.
        var definition: Int32
        /// Arrays and objects open around it.
        var depth: Int
    }

    /// Whether instances are written in the sliced format.
    let isSliced: Bool
    /// Whether there are slices that only the sliced format carries.
    var needsSliced = false

    /// By the UTF-8 bytes of their `@id`: Swift holds some different texts for equal, and takes long to find out.
    var entriesByID: [[UInt8]: Entry] = [:]
    var hasReferences = false
    var isSecondWalk = false

    /// Numbers on the wire, by place.
    var numbers: [Int32: Int32] = [:]
    var nextNumber: Int32
    /// Type ID indexes, by class and, of unknown slices, by name.
    var typeNumbers: [Int32: Int32] = [:]
    var unknownTypeNumbers: [[UInt8]: Int32] = [:]
    var nextTypeNumber: Int32 = 1

    /// The indirection tables of the slices that are being written.
    var tables: [Entry] = []
    /// Where an instance stands in a table, by place.
    var slots: [Int32: (table: Int32, index: Int32)] = [:]
    /// The table of the slice whose members are at hand; number 0 outside.
    var table: (number: Int32, first: Int) = (0, 0)
    var nextTable: Int32 = 1

    /// Encoding 1.0: those that were referred to and are not written yet.
    var pending: [Entry] = []
    /// Instances open, one in the other.
    var depth = 0

    init(isSliced: Bool, isV10: Bool) {
        self.isSliced = isSliced
        nextNumber = isV10 ? 1 : 2
    }

    /// Forgets what was written and keeps what was found.
    mutating func beginSecondWalk(isV10: Bool) {
        let found = entriesByID
        self = InstanceBook(isSliced: isSliced || needsSliced, isV10: isV10)
        entriesByID = found
        isSecondWalk = true
    }

    /// The next number on the wire, for the instance at a place.
    mutating func number(_ place: Int32) -> Int32 {
        defer { nextNumber += 1 }
        numbers[place] = nextNumber
        return nextNumber
    }
}
