/// What `@slices` are sealed with. A secret: whatever prints one shows that it is there, and no more.
package struct SlicesKey: Sendable, Hashable {
    /// Bytes of a configured key at least.
    static let shortest = 16

    let bytes: [UInt8]

    /// A text of the configuration, as UTF-8.
    ///
    /// - Returns: nil when it is shorter than ``shortest``.
    package init?(_ text: String) {
        bytes = Array(text.utf8)
        guard bytes.count >= Self.shortest else { return nil }
    }

    /// 32 bytes from the system's source of randomness for keys.
    private init() {
        var system = SystemRandomNumberGenerator()
        bytes = (0..<32).map { _ in .random(in: .min ... .max, using: &system) }
    }

    package static func random() -> SlicesKey { SlicesKey() }
}

extension SlicesKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "***" }

    /// `dump` and the debug description of what holds it go by this.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
