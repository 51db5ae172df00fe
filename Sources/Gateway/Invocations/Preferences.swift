/// What of a `Prefer` field (RFC 7240) the gateway knows; the rest is ignored, as the RFC wants it.
struct Preferences: Equatable {
    /// `respond-async`.
    var respondsAsync = false
    /// `wait`, in seconds; nil without one that is a number.
    var wait: UInt32?

    init(_ field: UnsafeRawBufferPointer?) {
        guard let field else { return }
        var seen: Set<String> = []
        for item in Self.split(field, at: UInt8(ascii: ",")) {
            // What follows the first semicolon are parameters of the preference, none of which we know.
            guard let preference = Self.split(item, at: UInt8(ascii: ";")).first else { continue }
            let parts = preference.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first else { continue }
            let name = Self.text(first).lowercased()
            // Of two with one name the first one counts (RFC 7240 §2).
            guard seen.insert(name).inserted else { continue }
            let value = parts.dropFirst().first.map(Self.unquoted) ?? ""
            switch name {
            // `foo`, `foo=` and `foo=""` say the same.
            case "respond-async": respondsAsync = value.isEmpty
            case "wait": wait = Self.seconds(value)
            default: break
            }
        }
    }

    /// Digits; more seconds than fit are as many as fit.
    private static func seconds(_ text: String) -> UInt32? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) else { return nil }
        return UInt32(text) ?? .max
    }

    /// Splits outside quoted strings.
    private static func split(
        _ bytes: some Collection<UInt8>, at separator: UInt8
    ) -> [ArraySlice<UInt8>] {
        let bytes = Array(bytes)
        var parts: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == separator {
                parts.append(bytes[start..<index])
                start = index + 1
            }
        }
        return parts + [bytes[start...]]
    }

    private static func unquoted(_ value: ArraySlice<UInt8>) -> String {
        let value = trimmed(value)
        guard value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") else {
            return text(value)
        }
        return text(value.dropFirst().dropLast())
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: trimmed(bytes), as: UTF8.self) }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let front = bytes.drop(while: isBlank)
        let count = front.reversed().prefix(while: isBlank).count
        return front.dropLast(count)
    }
}
