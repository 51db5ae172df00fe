/// The sizes of a binary floating-point format, for the reading of decimals.
struct BinaryFormat {
    /// Stored bits of the significand.
    var significandBits: Int
    var minimumExponent: Int
    /// The biased exponent of infinity.
    var infinity: Int
    /// Powers of ten between which a decimal can lie exactly between two numbers.
    var tiesFrom: Int
    var tiesTo: Int
    /// Below and above these powers of ten every 64-bit significand is 0 or infinite.
    var smallestPower: Int
    var largestPower: Int

    // Computed, so that the optimizer sees constants.
    @inline(__always)
    static var double: BinaryFormat {
        BinaryFormat(
            significandBits: 52, minimumExponent: -1023, infinity: 0x7FF, tiesFrom: -4, tiesTo: 23, smallestPower: -342,
            largestPower: 308)
    }

    @inline(__always)
    static var float: BinaryFormat {
        BinaryFormat(
            significandBits: 23, minimumExponent: -127, infinity: 0xFF, tiesFrom: -17, tiesTo: 10, smallestPower: -64,
            largestPower: 38)
    }
}

extension PowersOfFive {
    /// The bits, without sign, of the number nearest to `significand` · 10^`power`, ties to even.
    ///
    /// The method of Eisel and Lemire; see ``PowersOfFive`` for the papers.
    @inline(__always)
    func nearest(_ significand: UInt64, power: Int, format: BinaryFormat) -> UInt64 {
        if significand == 0 || power < format.smallestPower { return 0 }
        let infinite = UInt64(format.infinity) << UInt64(format.significandBits)
        if power > format.largestPower { return infinite }

        let zeros = significand.leadingZeroBitCount
        let wanted = significand << UInt64(zeros)
        var (upper, lower) = wanted.multipliedFullWidth(by: high(power))
        let mask = UInt64.max >> UInt64(format.significandBits + 3)
        if upper & mask == mask {
            let (more, _) = wanted.multipliedFullWidth(by: low(power))
            let (sum, carry) = lower.addingReportingOverflow(more)
            lower = sum
            if carry { upper += 1 }
        }
        let top = Int(upper >> 63)
        let shift = UInt64(top + 64 - format.significandBits - 3)
        var bits = upper >> shift
        var exponent = ((217706 * power) >> 16) + 63 + top - zeros - format.minimumExponent
        if exponent <= 0 {
            if exponent <= -63 { return 0 }
            bits >>= UInt64(1 - exponent)
            bits += bits & 1
            return bits >> 1  // rounding up into the smallest normal number sets just the right bit
        }
        if lower <= 1, power >= format.tiesFrom, power <= format.tiesTo, bits & 3 == 1, bits << shift == upper {
            bits &= ~1
        }
        bits += bits & 1
        bits >>= 1
        if bits >= 2 << UInt64(format.significandBits) {
            bits = 1 << UInt64(format.significandBits)
            exponent += 1
        }
        if exponent >= format.infinity { return infinite }
        bits &= ~(1 << UInt64(format.significandBits))
        return bits | UInt64(exponent) << UInt64(format.significandBits)
    }
}
