public import IceEncoding

extension ObjectPrx: CustomStringConvertible {
    /// The text that ``Communicator/makeProxy(_:)`` reads; options with default values are left out, as Ice 3.8 does.
    public func text(_ mode: ToStringMode = .unicode) -> String { content.text(mode) }

    /// As ``text(_:)`` with characters beyond ASCII kept.
    public var description: String { text() }
}
