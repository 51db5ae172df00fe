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
    }

    var kind: Kind
    /// long: written as a decimal string.
    var isText = false
    /// enumeration: values are 0, 1, 2 … in the by-value table.
    var isDense = false
    /// enumeration: bytes on the wire in encoding 1.0; 1, 2 or 4.
    var width: UInt8 = 0
    /// structure and pairs: first member. enumeration: first enumerator by value; those by name follow.
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
}

/// The tables of one plan, borrowed from the ``PlanStore`` that keeps them.
struct PlanTables {
    var nodes: UnsafePointer<PlanNode>
    var members: UnsafePointer<PlanMember>
    var enumerators: UnsafePointer<PlanEnumerator>
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
}

/// Owns the tables of one plan.
///
/// Sendable without a check: nothing is written after the initializer returns.
final class PlanStore: @unchecked Sendable {
    let tables: PlanTables
    private let memory: UnsafeMutableRawPointer

    init(nodes: [PlanNode], members: [PlanMember], enumerators: [PlanEnumerator], text: [UInt8]) {
        func end<Element>(_ start: Int, _ array: [Element]) -> Int {
            (start + array.count * MemoryLayout<Element>.stride + 15) & ~15
        }
        let membersStart = end(0, nodes)
        let enumeratorsStart = end(membersStart, members)
        let textStart = end(enumeratorsStart, enumerators)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: end(textStart, text) + 16, alignment: 16)
        func place<Element>(_ array: [Element], at start: Int) -> UnsafePointer<Element> {
            let target = (memory + start).bindMemory(to: Element.self, capacity: max(array.count, 1))
            array.withUnsafeBufferPointer { source in
                if let base = source.baseAddress { target.initialize(from: base, count: source.count) }
            }
            return UnsafePointer(target)
        }
        self.memory = memory
        tables = PlanTables(
            nodes: place(nodes, at: 0), members: place(members, at: membersStart),
            enumerators: place(enumerators, at: enumeratorsStart), text: place(text, at: textStart),
            powers: PowersOfFive.shared, seed: Self.seed)
    }

    deinit { memory.deallocate() }

    private static let seed = UInt64.random(in: .min ... .max)
}
