/// What waits for a reply, by request id.
///
/// Ids count from 1 to 2³¹−1 and then again. An id's place is its low bits, so that finding it is one look; an id whose
/// place is taken by an older request is skipped, which peers don't mind: they only echo ids.
struct PendingTable<Element> {
    fileprivate struct Slot {
        var id: Int32 = 0
        var element: Element?
    }

    private var slots: [Slot]
    private var lastId: Int32
    /// The number of elements.
    private(set) var count = 0
    /// The number of ids that are reserved and not filled.
    private var reserved = 0

    /// - Parameters:
    ///   - capacity: a power of two.
    ///   - lastId: the id given out before; for tests of the wrap.
    init(capacity: Int = 64, lastId: Int32 = 0) {
        slots = Array(repeating: Slot(), count: capacity)
        self.lastId = lastId
    }

    private func place(_ id: Int32) -> Int { Int(truncatingIfNeeded: UInt32(bitPattern: id)) & (slots.count - 1) }

    /// Gives the element an id.
    mutating func insert(_ element: Element) -> Int32 {
        let id = reserve()
        fill(id, element)
        return id
    }

    /// Takes an id out of use, for ``fill(_:_:)`` or ``release(_:)``.
    mutating func reserve() -> Int32 {
        if (count + reserved) * 2 >= slots.count { grow() }
        repeat {
            lastId = lastId == .max ? 1 : lastId + 1
        } while slots[place(lastId)].id != 0
        slots[place(lastId)] = Slot(id: lastId)
        reserved += 1
        return lastId
    }

    /// Gives the element an id that was reserved for it.
    mutating func fill(_ id: Int32, _ element: Element) {
        let place = place(id)
        guard slots[place].id == id, slots[place].element == nil else { return }
        slots[place].element = element
        reserved -= 1
        count += 1
    }

    /// Puts a reserved id back into use.
    mutating func release(_ id: Int32) {
        let place = place(id)
        guard id != 0, slots[place].id == id, slots[place].element == nil else { return }
        slots[place] = Slot()
        reserved -= 1
    }

    /// The element with that id, left where it is; nil for an id that is not in use.
    func element(_ id: Int32) -> Element? {
        let slot = slots[place(id)]
        return slot.id == id ? slot.element : nil
    }

    /// Takes an element out; nil for an id that is not in use.
    mutating func remove(_ id: Int32) -> Element? {
        let place = place(id)
        guard slots[place].id == id, let element = slots[place].element else { return nil }
        slots[place] = Slot()
        count -= 1
        return element
    }

    /// Takes all elements out, in no particular order.
    mutating func removeAll() -> [Element] {
        let elements = slots.compactMap(\.element)
        slots = Array(repeating: Slot(), count: 64)
        count = 0
        reserved = 0
        return elements
    }

    /// Ids that differ in their low bits still do with one more.
    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.id != 0 { slots[place(slot.id)] = slot }
    }
}

extension PendingTable: Sendable where Element: Sendable {}
extension PendingTable.Slot: Sendable where Element: Sendable {}
