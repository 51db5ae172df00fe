/// The leading 128 bits of 5^q for q in -342…324, high half first, the top bit of each set.
///
/// Exact for 0…55, rounded down above, and down plus one below 0: what the reading of decimals needs (Lemire, "Number
/// Parsing at a Gigabyte per Second", 2021; Mushtak and Lemire, "Fast Number Parsing Without Fallback", 2022). Made once,
/// by long multiplication and division; never freed.
///
/// Sendable without a check: nothing is written after ``shared`` is made.
struct PowersOfFive: @unchecked Sendable {
    static let smallest = -342
    static let largest = 324
    static let shared = PowersOfFive()

    private let table: UnsafePointer<UInt64>

    /// - Parameter exponent: within -342…324.
    @inline(__always)
    func high(_ exponent: Int) -> UInt64 { table[2 * (exponent - Self.smallest)] }

    @inline(__always)
    func low(_ exponent: Int) -> UInt64 { table[2 * (exponent - Self.smallest) + 1] }

    private init() {
        let table = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * (Self.largest - Self.smallest + 1))
        func store(_ exponent: Int, _ value: (high: UInt64, low: UInt64)) {
            table[2 * (exponent - Self.smallest)] = value.high
            table[2 * (exponent - Self.smallest) + 1] = value.low
        }
        // Little endian words; 5^324 has 753 bits.
        var number = [UInt64](repeating: 0, count: 13)
        number[0] = 1
        for exponent in 0...Self.largest {
            store(exponent, Self.leading(number))
            var carry: UInt64 = 0
            for word in number.indices {
                let (high, low) = number[word].multipliedFullWidth(by: 5)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                number[word] = sum
                carry = high + (overflow ? 1 : 0)
            }
        }
        // 2^1023 divided by 5 again and again; dividing a rounded-down quotient rounds as dividing once would. 5^-342 keeps 228 bits.
        var quotient = [UInt64](repeating: 0, count: 16)
        quotient[15] = 1 << 63
        for exponent in stride(from: -1, through: Self.smallest, by: -1) {
            var remainder: UInt64 = 0
            for word in quotient.indices.reversed() {
                (quotient[word], remainder) = (5 as UInt64).dividingFullWidth((remainder, quotient[word]))
            }
            let (high, low) = Self.leading(quotient)
            store(exponent, low == .max ? (high + 1, 0) : (high, low + 1))
        }
        self.table = UnsafePointer(table)
    }

    private static func leading(_ number: [UInt64]) -> (high: UInt64, low: UInt64) {
        guard let top = number.lastIndex(where: { $0 != 0 }) else { return (0, 0) }
        let shift = UInt64(number[top].leadingZeroBitCount)
        func word(_ index: Int) -> UInt64 { index >= 0 ? number[index] : 0 }
        func shifted(_ index: Int) -> UInt64 {
            shift == 0 ? word(index) : word(index) << shift | word(index - 1) >> (64 - shift)
        }
        return (shifted(top), shifted(top - 1))
    }
}
