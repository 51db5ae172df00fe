import Glibc

/// A point in time by the system's clock.
struct Timestamp: Sendable, CustomStringConvertible {
    private let time: timespec

    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(time: time)
    }

    private init(time: timespec) { self.time = time }

    /// - Parameter seconds: since 1970.
    init(seconds: Int, milliseconds: Int = 0) {
        time = timespec(tv_sec: seconds, tv_nsec: milliseconds * 1_000_000)
    }

    func advanced(byNanoseconds nanoseconds: UInt64) -> Timestamp {
        let sum = UInt64(time.tv_nsec) + nanoseconds % 1_000_000_000
        let seconds = Int(nanoseconds / 1_000_000_000) + Int(sum / 1_000_000_000)
        return Timestamp(time: timespec(tv_sec: time.tv_sec + seconds, tv_nsec: Int(sum % 1_000_000_000)))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-01-31T23:59:59.042Z`.
    var description: String {
        var seconds = time.tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func digits(_ number: some BinaryInteger, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let hour = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(hour).\(digits(time.tv_nsec / 1_000_000, 3))Z"
    }
}
