// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

/// An instance of which no type is known: all that it has is its sliced data.
///
/// Sendable without a check, as ``Value`` is.
public final class UnknownSlicedValue: Value, @unchecked Sendable {
    private var typeId = "::Ice::Object"

    /// Without a type; of no use.
    public required init() {}

    init(typeId: String) { self.typeId = typeId }

    /// The most derived type id that was read; a compact id in decimal digits.
    public override func ice_id() -> String { typeId }
}
