// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

public import IceEncoding

extension ObjectPrx: CustomStringConvertible {
    /// The text that ``Communicator/makeProxy(_:)`` reads; options with default values are left out, as Ice 3.8 does.
    public func text(_ mode: ToStringMode = .unicode) -> String { content.text(mode) }

    /// As ``text(_:)`` with characters beyond ASCII kept.
    public var description: String { text() }
}

extension Proxy {
    /// The proxy's text with characters as the property `Ice.ToStringMode` wants them, see ``ObjectPrx/text(_:)``.
    public func ice_toString() -> String {
        untyped.content.text(untyped.reference.communicator.clientSettings.toStringMode)
    }
}
