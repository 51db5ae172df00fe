import Synchronization

/// Makes instances of Slice classes and exceptions by their type ids.
public protocol SliceLoader: Sendable {
    /// - Parameter typeId: as `::Demo::Dog`; a compact id in decimal digits.
    /// - Returns: a ``Value`` or ``UserException``; nil for an unknown type, for which other loaders are asked. Of an object of
    ///   any other class there is no instance, whatever other loaders know.
    func newInstance(_ typeId: String) -> AnyObject?
}

/// The classes and exceptions that generated code has told of: what is asked after ``InitializationData/sliceLoader``.
public enum DefaultSliceLoader {
    private struct Types {
        var values: [String: Value.Type] = [:]
        /// Several when modules of one process have been generated from the same Slice.
        var exceptions: [String: [UserException.Type]] = [:]
    }

    private static let types = Mutex(Types())

    /// Makes types known to the whole process. Of several with one type id the last one is made; an exception where some of
    /// them are declared is one of those.
    public static func register(values: [Value.Type] = [], exceptions: [UserException.Type] = []) {
        types.withLock { types in
            for type in values {
                types.values[type.ice_staticId()] = type
                if type.ice_compactId >= 0 { types.values["\(type.ice_compactId)"] = type }
            }
            for type in exceptions {
                types.exceptions[type.ice_staticId(), default: []].removeAll { $0 == type }
                types.exceptions[type.ice_staticId(), default: []].append(type)
            }
        }
    }

    static func value(_ typeId: String) -> Value? { types.withLock { $0.values[typeId] }?.init() }

    /// - Parameter isWanted: asked from the last one on.
    static func exception(_ typeId: String, _ isWanted: (UserException) -> Bool) -> UserException? {
        for type in (types.withLock { $0.exceptions[typeId] } ?? []).reversed() {
            let exception = type.init()
            if isWanted(exception) { return exception }
        }
        return nil
    }
}
