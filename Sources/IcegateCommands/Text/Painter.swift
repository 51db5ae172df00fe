import Glibc

/// Colours for people at a terminal: places, severities, carets and hints.
package struct Painter: Sendable {
    /// Whether it colours.
    package let isOn: Bool

    package init(isOn: Bool) { self.isOn = isOn }

    /// On when the descriptor is a terminal that is not `dumb`, and `NO_COLOR` is not set (no-color.org).
    package init(descriptor: CInt, environment: [String: String]) {
        let terminal = environment["TERM"] ?? ""
        isOn =
            isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty && !terminal.isEmpty
            && terminal != "dumb"
    }

    /// The text with colours, when on. Control characters in it, which would be the terminal's, are escaped.
    package func paint(_ text: String) -> String {
        let printable = Self.printable(text)
        guard isOn else { return printable }
        return printable.split(separator: "\n", omittingEmptySubsequences: false).map(line).joined(separator: "\n")
    }

    /// Control characters but for the end of a line and the tab as `\u{1b}`.
    static func printable(_ text: String) -> String {
        func isControl(_ value: UInt32) -> Bool {
            (value < 0x20 && value != 0x0A && value != 0x09) || (0x7F...0x9F).contains(value)
        }
        guard text.unicodeScalars.contains(where: { isControl($0.value) }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar.value) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let reset = "\u{1b}[0m"
    private static let bold = "\u{1b}[1m"
    private static let severities = [
        ("error: ", "\u{1b}[1;31m"), ("warning: ", "\u{1b}[1;35m"), ("note: ", "\u{1b}[1;36m"),
    ]

    private func line(_ line: Substring) -> String {
        let blank = line.prefix { $0 == " " || $0 == "\t" }
        let rest = line.dropFirst(blank.count)
        if !rest.isEmpty, !blank.isEmpty, rest.allSatisfy({ $0 == "^" || $0 == "~" }) {
            return "\(blank)\u{1b}[1;32m\(rest)\(Self.reset)"
        }
        if rest.hasPrefix("hint: ") {
            return "\(blank)\u{1b}[1;36mhint:\(Self.reset)\(rest.dropFirst("hint:".count))"
        }
        // A line of a source, or more of a hint.
        guard blank.isEmpty else { return String(line) }
        for (word, colour) in Self.severities {
            guard let range = line.firstRange(of: ": " + word) else { continue }
            let place = line[..<range.lowerBound]
            let message = line[range.upperBound...]
            return "\(Self.bold)\(place): \(Self.reset)\(colour)\(word)\(Self.reset)\(Self.bold)\(message)\(Self.reset)"
        }
        return String(line)
    }
}
