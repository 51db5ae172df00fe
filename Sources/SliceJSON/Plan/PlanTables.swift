import Glibc
import IceEncoding

/// One Slice type, as the coders walk it. Trivial, so that walking a plan counts no references.
struct PlanNode {
    enum Kind: UInt8 {
        case bool, byte, short, int, long, float, double, string, enumeration, structure
        /// `sequence<byte>`: base64.
        case bytes
        case sequence
        /// A JSON object: string, integer, bool or enum keys.
        case dictionary
        /// A JSON array of `{"key":…,"value":…}`: struct keys.
        case pairs
        case proxy
        /// An instance of a class.
        case instance
    }

    var kind: Kind
    /// long: written as a decimal string.
    var isText = false
    /// enumeration: values are 0, 1, 2 … in the by-value table.
    var isDense = false
    /// Every value takes ``minimumSize`` bytes, in both encodings.
    var isFixed = false
    /// An instance of a class may be in it.
    var usesClasses = false
    /// enumeration: bytes on the wire in encoding 1.0; 1, 2 or 4.
    var width: UInt8 = 0
    /// structure and pairs: first member. enumeration: first enumerator by value; those by name follow.
    /// instance: the declared class, -1 for any.
    var first: Int32 = 0
    /// structure and pairs: number of members. enumeration: number of enumerators.
    var count: Int32 = 0
    /// dictionary: node of the key.
    var key: Int32 = 0
    /// sequence and dictionary: node of the element or value.
    var value: Int32 = 0
    /// The fewest bytes a value takes on the wire.
    var minimumSize: Int32 = 1
    var minimumSizeV10: Int32 = 1
    /// The scoped name of an enumeration, for messages.
    var name = PlanText()
}

/// A run of bytes in ``PlanTables/text``.
struct PlanText {
    var offset: Int32 = 0
    var count: Int32 = 0
}

/// A member of a struct, an exception, a parameter list or a result.
struct PlanMember {
    var node: Int32
    /// `,"name":`, all of it JSON.
    var text: PlanText
    /// The default's bytes on the wire in 1.1 and 1.0; count -1 without a default.
    var defaultV11 = PlanText(offset: 0, count: -1)
    var defaultV10 = PlanText(offset: 0, count: -1)
    /// The tag of an optional member, else -1.
    var tag: Int32 = -1
    var format = TaggedFormat.f1
}

struct PlanEnumerator {
    var value: Int32
    /// `"name"`, with its quotes.
    var text: PlanText
}

/// A range of ``PlanTables/members``.
struct PlanMembers {
    var first: Int32 = 0
    var count: Int32 = 0
    /// The optional ones among them by ascending tag: a range of ``PlanTables/tagged``.
    var firstTagged: Int32 = 0
    var taggedCount: Int32 = 0
    /// An instance of a class may be in one of the members that are not optional.
    var usesClasses = false

    var range: Range<Int32> { first..<first + count }
    /// In the order of the declaration they are in the order of the wire, and nothing points elsewhere.
    var isPlain: Bool { taggedCount == 0 && !usesClasses }
}

/// A class or an exception.
struct PlanClass {
    /// As in `::M::C`.
    var typeID: PlanText
    /// -1 without.
    var compactID: Int32 = -1
    /// The class or exception it extends; -1 without.
    var base: Int32 = -1
    /// Its own slice and those of its bases, most derived first: a range of ``PlanTables/slices``.
    var firstSlice: Int32 = 0
    var sliceCount: Int32 = 0
    /// All members, bases first.
    var members = PlanMembers()
    /// False when it has a member that can't be carried.
    var isSupported = true
    /// exception: an instance of a class is in it, wherever.
    var usesClasses = false
}

/// What one class or exception adds to its base.
struct PlanSlice {
    var typeID: PlanText
    var compactID: Int32
    /// A part of ``PlanClass/members``.
    var members: PlanMembers
}

/// Definitions to be found by type ID or compact ID.
struct PlanDefinitions {
    var entries: UnsafePointer<PlanClass>
    /// Indexes by type ID: shorter first, then by byte value.
    var byName: UnsafePointer<Int32>
    var count: Int32
    /// Indexes by ascending compact ID of those that have one.
    var byCompactID: UnsafePointer<Int32>
    var compactCount: Int32
}

/// The tables of a plan, borrowed from the ``PlanStore`` that keeps them.
struct PlanTables {
    var nodes: UnsafePointer<PlanNode>
    var members: UnsafePointer<PlanMember>
    var tagged: UnsafePointer<Int32>
    var enumerators: UnsafePointer<PlanEnumerator>
    var slices: UnsafePointer<PlanSlice>
    var classes: PlanDefinitions
    var exceptions: PlanDefinitions
    var text: UnsafePointer<UInt8>
    var powers: PowersOfFive
    /// Makes hash tables of keys unpredictable from outside.
    var seed: UInt64

    func bytes(_ run: PlanText) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text + Int(run.offset), count: Int(run.count))
    }

    /// The name of a member, without the punctuation around it.
    func name(_ member: Int32) -> UnsafeRawBufferPointer {
        let run = members[Int(member)].text
        return bytes(PlanText(offset: run.offset + 2, count: run.count - 4))
    }

    func string(_ run: PlanText) -> String { String(decoding: bytes(run), as: UTF8.self) }
}

extension PlanTables {
    // MARK: Classes

    /// The index of the definition with this type ID.
    func find(_ typeID: UnsafeRawBufferPointer, in definitions: PlanDefinitions) -> Int32? {
        var low: Int32 = 0
        var high = definitions.count
        while low < high {
            let middle = low + (high - low) / 2
            let index = definitions.byName[Int(middle)]
            let order = compare(bytes(definitions.entries[Int(index)].typeID), typeID)
            if order == 0 { return index }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// The index of the class with this compact ID.
    func find(compactID: Int32) -> Int32? {
        var low: Int32 = 0
        var high = classes.compactCount
        while low < high {
            let middle = low + (high - low) / 2
            let index = classes.byCompactID[Int(middle)]
            let found = classes.entries[Int(index)].compactID
            if found == compactID { return index }
            if found < compactID { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Whether a class or exception is that one or extends it; -1 stands for any.
    func isKind(_ index: Int32, of declared: Int32, in definitions: PlanDefinitions) -> Bool {
        if declared < 0 { return true }
        var next = index
        while next >= 0 {
            if next == declared { return true }
            next = definitions.entries[Int(next)].base
        }
        return false
    }

    /// Shorter first, then by byte value.
    private func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        guard left.count == right.count else { return left.count - right.count }
        guard let start = left.baseAddress, let other = right.baseAddress else { return 0 }
        return Int(memcmp(start, other, left.count))
    }
}
