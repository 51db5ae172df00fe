// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

/// A proxy whose interface is known. ``ObjectPrx`` is the one of `::Ice::Object`.
public protocol Proxy: StreamableReference, Hashable, CustomStringConvertible {
    /// The Slice type id of its interface.
    static var ice_staticId: String { get }
    /// The same without the interface.
    var untyped: ObjectPrx { get }
    /// Takes the interface for granted.
    init(untyped: ObjectPrx)
}

extension Proxy {
    /// The proxy's text, see ``ObjectPrx/text(_:)``.
    public var description: String { untyped.text() }
}

extension ObjectPrx: Proxy {
    /// The type id of every Ice object.
    public static var ice_staticId: String { "::Ice::Object" }
    /// Itself.
    public var untyped: ObjectPrx { self }
    /// A copy.
    public init(untyped: ObjectPrx) { self = untyped }
}

/// Asks the object whether it has the interface.
///
/// - Parameters:
///   - facet: asked instead of the proxy's; nil for that one.
///   - context: instead of the proxy's and the implicit context.
/// - Returns: nil when the object, or its facet, doesn't have the interface.
/// - Throws: ``LocalException`` when nobody could be asked.
public func checkedCast<Target: Proxy>(
    prx: some Proxy, type: Target.Type, facet: String? = nil, context: [String: String]? = nil
) async throws -> Target? {
    let object = facet.map { prx.untyped.ice_facet($0) } ?? prx.untyped
    do {
        return try await object.ice_isA(Target.ice_staticId, context: context) ? Target(untyped: object) : nil
    } catch let error as LocalException where error.code == .facetNotExist {
        return nil
    }
}

/// Takes for granted that the object has the interface.
///
/// - Parameter facet: called instead of the proxy's; nil for that one.
public func uncheckedCast<Target: Proxy>(prx: some Proxy, type: Target.Type, facet: String? = nil) -> Target {
    Target(untyped: facet.map { prx.untyped.ice_facet($0) } ?? prx.untyped)
}
