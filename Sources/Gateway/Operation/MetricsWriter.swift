import IceEncoding

/// Writes Prometheus' text format 0.0.4.
struct MetricsWriter: ~Copyable {
    private var text = OutputBuffer(minimumCapacity: 16 << 10)

    enum Kind: String {
        case counter, gauge, histogram
    }

    /// Begins a family; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text.append(utf8: "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// One sample. The value is a number as Prometheus reads it.
    mutating func sample(_ name: String, _ labels: [(name: String, value: String)] = [], _ value: String) {
        text.append(utf8: name)
        if !labels.isEmpty {
            text.append(UInt8(ascii: "{"))
            for (index, label) in labels.enumerated() {
                text.append(utf8: index == 0 ? label.name : "," + label.name)
                text.append("=\"")
                append(escaped: label.value)
                text.append(UInt8(ascii: "\""))
            }
            text.append(UInt8(ascii: "}"))
        }
        text.append(utf8: " \(value)\n")
    }

    /// A family of one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: String) {
        family(name, kind, help)
        sample(name, [], value)
    }

    private mutating func append(escaped value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): text.append("\\\\")
            case UInt8(ascii: "\""): text.append("\\\"")
            case UInt8(ascii: "\n"): text.append("\\n")
            default: text.append(byte)
            }
        }
    }

    consuming func finish() -> OutputBuffer { text }

    /// Nanoseconds in seconds, exactly.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return String(whole) }
        let digits = String(rest + 1_000_000_000).dropFirst()
        let end = digits.lastIndex { $0 != "0" } ?? digits.startIndex
        return "\(whole).\(digits[...end])"
    }
}
