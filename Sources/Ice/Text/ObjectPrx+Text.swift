// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

public import IceEncoding

extension ObjectPrx: CustomStringConvertible {
    /// The text that ``Communicator/makeProxy(_:)`` reads; options with default values are left out, as Ice 3.8 does.
    public func text(_ mode: ToStringMode = .unicode) -> String { content.text(mode) }

    /// As ``text(_:)`` with characters as the property `Ice.ToStringMode` wants them.
    public func ice_toString() -> String { content.text(reference.communicator.clientSettings.toStringMode) }

    /// As ``text(_:)`` with characters beyond ASCII kept.
    public var description: String { text() }
}
