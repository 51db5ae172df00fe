import Synchronization

/// Makes instances of Slice classes and exceptions by their type ids.
public protocol SliceLoader: Sendable {
    /// - Parameter typeId: as `::Demo::Dog`; a compact id in decimal digits.
    /// - Returns: a ``Value`` or ``UserException``; nil for an unknown type.
    func newInstance(_ typeId: String) -> AnyObject?
}

/// The classes and exceptions that generated code has told of: what is asked after ``InitializationData/sliceLoader``.
public enum DefaultSliceLoader {
    private struct Types {
        var values: [String: Value.Type] = [:]
        var exceptions: [String: UserException.Type] = [:]
    }

    private static let types = Mutex(Types())

    /// Makes types known to the whole process. Those known before are replaced.
    public static func register(values: [Value.Type] = [], exceptions: [UserException.Type] = []) {
        types.withLock { types in
            for type in values {
                types.values[type.ice_staticId()] = type
                if type.ice_compactId >= 0 { types.values["\(type.ice_compactId)"] = type }
            }
            for type in exceptions { types.exceptions[type.ice_staticId()] = type }
        }
    }

    static func value(_ typeId: String) -> Value? { types.withLock { $0.values[typeId] }?.init() }

    static func exception(_ typeId: String) -> UserException? { types.withLock { $0.exceptions[typeId] }?.init() }
}
