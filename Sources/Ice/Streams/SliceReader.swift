import IceEncoding

/// What a stream knows about the instances and slices that it has met.
final class SliceReader {
    /// A slice of the instance or exception that is being read.
    struct Slice {
        var isException: Bool
        var flags: SliceFlags = []
        /// Empty when there is a compact id, and where the compact format leaves it out.
        var typeId = ""
        /// -1 for none.
        var compactId: Int32 = -1
        /// Of the members; the end is 0 when the slice doesn't say.
        var start = 0
        var end = 0
        /// Whether its header was read and its members are not begun.
        var isPending = true
        /// What the indirection table names, and where the table ends.
        var table: [Value] = []
        var tableEnd = 0
        var tableIsUsed = false
        /// In encoding 1.0: of the instance, the next one last.
        var older: ArraySlice<OldSlice> = []

        /// What loaders know it by; empty for none.
        var typeName: String { compactId >= 0 ? "\(compactId)" : typeId }
    }

    /// A slice of an instance in encoding 1.0.
    struct OldSlice {
        var typeId: String
        var members: Range<Int>
    }

    private struct Instance {
        var value: Value?
        var isComplete = false
        /// Of the longest chain of instances that begins with it.
        var height = 1
    }

    /// The longest chain of instances: they are freed one inside the other.
    static let longestChain = 1_000

    let settings: StreamSettings
    private let loader: (any SliceLoader)?
    /// The innermost one; nil outside of instances and exceptions.
    var current: Slice?
    /// The type ids that have numbers, from 1, and the offset up to which they were collected.
    private var typeIds: [String] = []
    private var typeIdsEnd = 0
    private var instances: [Instance] = []
    /// Those that are being read, the innermost one last.
    private var open: [Int] = []
    private var depth = 0
    /// Read, but not told so.
    private var completed: [Value] = []
    /// The ends of indirection tables that were passed over, by their beginnings.
    var tableEnds: [Int: Int] = [:]
    /// Of encoding 1.0; nil until they are known.
    var old: OldInstances?
    /// In encoding 1.0: whether there was a reference to an instance.
    var hasReferences = false
    /// Whether exceptions may be of types that only loaders know.
    var wantsUndeclared = true

    init(_ settings: StreamSettings, loader: (any SliceLoader)?) {
        self.settings = settings
        self.loader = loader
    }
}

extension SliceReader {
    // MARK: Types

    func makeValue(_ typeName: String) -> Value? {
        guard !typeName.isEmpty else { return nil }
        if let found = loader?.newInstance(typeName) { return found as? Value }
        return DefaultSliceLoader.value(typeName)
    }

    /// - Parameter declared: types that are known without a loader.
    func makeException(_ typeId: String, declared: [UserException.Type]) -> UserException? {
        if let exception = loader?.newInstance(typeId) as? UserException { return exception }
        if let type = declared.first(where: { $0.ice_staticId() == typeId }) { return type.init() }
        let isDeclared = { (exception: UserException) in declared.contains { $0.isKind(of: exception) } }
        return DefaultSliceLoader.exception(typeId, isDeclared)
            ?? (wantsUndeclared ? DefaultSliceLoader.exception(typeId) { _ in true } : nil)
    }

    /// Gives a type id that stands at an offset the next number, unless it was met before.
    func add(_ typeId: String, at offset: Int) {
        guard offset >= typeIdsEnd else { return }
        typeIds.append(typeId)
        typeIdsEnd = offset + 1
    }

    func typeId(_ number: Int) throws(MarshalError) -> String {
        guard number > 0, number <= typeIds.count else {
            throw MarshalError(.malformed, "type id \(number) of \(typeIds.count)")
        }
        return typeIds[number - 1]
    }
}

extension SliceReader {
    // MARK: Instances of encoding 1.1

    /// One level deeper.
    func enter() throws(MarshalError) {
        depth += 1
        guard depth <= settings.classGraphDepthMax else {
            throw MarshalError(.malformed, "instances are nested more than \(settings.classGraphDepthMax) deep")
        }
    }

    func leave() { depth -= 1 }

    /// Gives the instance that comes next its number; returns its index.
    func begin() -> Int {
        instances.append(Instance())
        open.append(instances.count - 1)
        return instances.count - 1
    }

    func set(_ value: Value, at index: Int) { instances[index].value = value }

    /// The instance is read. When none is open any more, all of them are told so.
    func end(_ value: Value, at index: Int) throws(MarshalError) {
        instances[index].isComplete = true
        completed.append(value)
        open.removeLast()
        try refer(to: instances[index].height)
        guard open.isEmpty else { return }
        tellCompleted()
    }

    func complete(_ value: Value) { completed.append(value) }

    func tellCompleted() {
        let values = completed
        completed = []
        for value in values { value.ice_postUnmarshal() }
    }

    /// The instance with a number on the wire, from 2.
    func instance(_ number: Int) throws(MarshalError) -> Value {
        guard number - 2 < instances.count, let value = instances[number - 2].value else {
            throw MarshalError(.malformed, "a reference to instance \(number), which there is none of")
        }
        guard instances[number - 2].isComplete else {
            guard settings.acceptClassCycles else {
                throw MarshalError(.malformed, "instances refer to each other in a circle")
            }
            return value
        }
        try refer(to: instances[number - 2].height)
        return value
    }

    /// The innermost instance refers to one of this height.
    private func refer(to height: Int) throws(MarshalError) {
        guard let outer = open.last, instances[outer].height <= height else { return }
        guard height < Self.longestChain else {
            throw MarshalError(.malformed, "a chain of more than \(Self.longestChain) instances")
        }
        instances[outer].height = height + 1
    }
}
