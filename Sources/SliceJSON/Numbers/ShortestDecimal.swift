/// A finite, positive number as `digits` · 10^`exponent`: the fewest digits that read back equal, the closest of those.
///
/// The method of Raffaello Giulietti, "The Schubfach way to render doubles" (2020), with 128-bit powers.
struct ShortestDecimal {
    var digits: UInt64
    var exponent: Int

    @inline(__always)
    init(_ number: Double, _ powers: PowersOfFive) {
        let bits = number.bitPattern
        self.init(
            significand: bits & (1 << 52 - 1), biasedExponent: Int(bits >> 52 & 0x7FF), significandBits: 52, bias: 1075,
            powers)
    }

    @inline(__always)
    init(_ number: Float, _ powers: PowersOfFive) {
        let bits = UInt64(number.bitPattern)
        self.init(
            significand: bits & (1 << 23 - 1), biasedExponent: Int(bits >> 23 & 0xFF), significandBits: 23, bias: 150,
            powers)
    }

    @inline(__always)
    private init(
        significand: UInt64, biasedExponent: Int, significandBits: Int, bias: Int, _ powers: PowersOfFive
    ) {
        var whole = significand
        var binary = 1 - bias
        if biasedExponent != 0 {
            whole |= 1 << UInt64(significandBits)
            binary = biasedExponent - bias
            // Small integers are their own shortest form but for trailing zeros, which the writer wants anyway.
            if binary <= 0, binary > -(significandBits + 1), whole.trailingZeroBitCount >= -binary {
                (digits, exponent) = (whole >> UInt64(-binary), 0)
                return
            }
        }
        let isClose = significand == 0 && biasedExponent > 1
        let decimal = (binary * 1_262_611 - (isClose ? 524_031 : 0)) >> 22
        let shift = UInt64(binary + ((-decimal * 1_741_647) >> 19) + 1)
        // The powers must be rounded up here; those above 5^55 are stored rounded down.
        var high = powers.high(-decimal)
        var low = powers.low(-decimal)
        if -decimal > 55 {
            low &+= 1
            if low == 0 { high += 1 }
        }
        let odd = whole & 1
        let below = Self.scaled(high, low, (4 * whole - (isClose ? 1 : 2)) << shift) + odd
        let value = Self.scaled(high, low, (4 * whole) << shift)
        let above = Self.scaled(high, low, (4 * whole + 2) << shift) - odd

        let candidate = value / 4
        if candidate >= 10 {
            let short = candidate / 10
            let isLowerInside = below <= 40 * short
            let isUpperInside = 40 * short + 40 <= above
            if isLowerInside != isUpperInside {
                (digits, exponent) = (short + (isUpperInside ? 1 : 0), decimal + 1)
                return
            }
        }
        let isLowerInside = below <= 4 * candidate
        let isUpperInside = 4 * candidate + 4 <= above
        if isLowerInside != isUpperInside {
            (digits, exponent) = (candidate + (isUpperInside ? 1 : 0), decimal)
            return
        }
        let middle = 4 * candidate + 2
        let roundsUp = value > middle || value == middle && candidate & 1 == 1
        (digits, exponent) = (candidate + (roundsUp ? 1 : 0), decimal)
    }

    /// The top 64 of the 192 bits of the product, the last one set when any bit below is: "round to odd".
    @inline(__always)
    private static func scaled(_ high: UInt64, _ low: UInt64, _ factor: UInt64) -> UInt64 {
        let (carry, _) = low.multipliedFullWidth(by: factor)
        var (upper, middle) = high.multipliedFullWidth(by: factor)
        let (sum, overflow) = middle.addingReportingOverflow(carry)
        middle = sum
        if overflow { upper &+= 1 }
        return upper | (middle > 1 ? 1 : 0)
    }
}
