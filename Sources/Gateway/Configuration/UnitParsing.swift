/// Durations and sizes as configuration and flags spell them.
package enum UnitParsing {
    /// `250ms`, `30s`, `5m`, `1h`.
    package static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        let scale: Int64
        switch unit {
        case "ms": scale = 1
        case "s": scale = 1000
        case "m": scale = 60_000
        case "h": scale = 3_600_000
        default: return nil
        }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: scale)
        // A timer's clock counts nanoseconds in 64 bits.
        guard !overflow, milliseconds <= Int64.max / 1_000_000 else { return nil }
        return .milliseconds(milliseconds)
    }

    /// `64KiB`, `8MiB`, `1GiB`, `100B`, or bytes without a unit.
    static func size(_ text: String) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let scale: Int64
        switch unit {
        case "", "B": scale = 1
        case "KiB": scale = 1 << 10
        case "MiB": scale = 1 << 20
        case "GiB": scale = 1 << 30
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : Int(bytes)
    }

    /// As ``duration(_:)`` reads it, in the largest unit that is exact to the millisecond.
    static func text(of duration: Duration) -> String {
        let milliseconds = Int64(clamping: duration.nanosecondsClamped / 1_000_000)
        let units: [(Int64, String)] = [(3_600_000, "h"), (60_000, "m"), (1000, "s")]
        for (scale, unit) in units where milliseconds >= scale && milliseconds % scale == 0 {
            // A minute is better known as 60s.
            if milliseconds == scale, scale > 1000 { continue }
            return "\(milliseconds / scale)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// As ``size(_:)`` reads it, in the largest unit that is exact.
    static func text(ofSize bytes: Int) -> String {
        let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        for (scale, unit) in units where bytes >= scale && bytes % scale == 0 { return "\(bytes / scale)\(unit)" }
        return "\(bytes)B"
    }

    private static func split(_ text: String) -> (Int64, Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        return (number, text[digits.endIndex...].drop { $0 == " " })
    }
}

extension Duration {
    /// Whole nanoseconds; 0 for a negative duration, the maximum for one that does not fit.
    package var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000)).partialValue
    }
}
