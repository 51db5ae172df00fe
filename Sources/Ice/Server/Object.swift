// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

/// The operations that every Ice object has. A ``Servant`` has them by its Slice types; one that knows better implements
/// them itself.
public protocol Object: Sendable {
    /// Returns when the object can be reached; throws what a client shall be told otherwise.
    func ice_ping(current: Current) async throws

    /// Whether the object has a Slice type.
    ///
    /// - Parameter id: as `::VisitorCenter::Greeter`.
    func ice_isA(id: String, current: Current) async throws -> Bool

    /// The type id of the object's most derived interface.
    func ice_id(current: Current) async throws -> String

    /// The type ids of all interfaces of the object, `::Ice::Object` among them, sorted.
    func ice_ids(current: Current) async throws -> [String]
}

/// A dispatcher for an object whose Slice types are known. Its adapter calls its ``Object`` operations, and
/// ``Dispatcher/dispatch(_:)`` for all others.
public protocol Servant: Dispatcher, Object {
    /// The Slice type ids of the object, its most derived interface first; `::Ice::Object` may be left out.
    var iceTypeIds: [String] { get }
}

extension Servant {
    // MARK: Object

    /// Returns.
    public func ice_ping(current: Current) async throws {}

    /// Whether it is among ``iceTypeIds``.
    public func ice_isA(id: String, current: Current) async throws -> Bool {
        id == Self.objectId || iceTypeIds.contains { $0.utf8.elementsEqual(id.utf8) }
    }

    /// The first of ``iceTypeIds``.
    public func ice_id(current: Current) async throws -> String { iceTypeIds.first ?? Self.objectId }

    /// ``iceTypeIds`` with `::Ice::Object`, sorted by their bytes.
    public func ice_ids(current: Current) async throws -> [String] {
        Set(iceTypeIds).union([Self.objectId]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static var objectId: String { "::Ice::Object" }
}
