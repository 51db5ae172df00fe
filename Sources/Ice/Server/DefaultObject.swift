// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

/// The operations of every object by the type ids of an interface, for servants that implement ``Object`` themselves and
/// want the usual answer to some of them: `DefaultObject<GreeterTraits>().ice_ids(current: current)`.
public struct DefaultObject<Traits: SliceTraits>: Object {
    /// One is as good as another.
    public init() {}

    /// Returns.
    public func ice_ping(current: Current) {}

    /// Whether the interface is or derives from this one.
    public func ice_isA(id: String, current: Current) -> Bool {
        Traits.staticIds.contains { $0.utf8.elementsEqual(id.utf8) }
    }

    /// The type id of the interface.
    public func ice_id(current: Current) -> String { Traits.staticId }

    /// Those of the interface and its bases.
    public func ice_ids(current: Current) -> [String] { Traits.staticIds }
}

/// The type ids of every Ice object.
public struct ObjectTraits: SliceTraits {
    /// Its own.
    public static let staticIds: [String] = ["::Ice::Object"]
    /// Its own.
    public static let staticId: String = "::Ice::Object"
}
