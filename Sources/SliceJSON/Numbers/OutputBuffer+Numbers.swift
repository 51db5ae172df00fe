import IceEncoding

// How numbers become JSON text. Each function reserves what the longest text takes and writes in place.

extension OutputBuffer {
    @inline(__always)
    mutating func appendDecimal(_ number: Int64) {
        append(upTo: 20) { memory in
            guard var target = memory.baseAddress else { return 0 }
            let isNegative = number < 0
            if isNegative {
                target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
                target += 1
            }
            let count = digitCount(number.magnitude)
            writeDigits(number.magnitude, count, to: target)
            return isNegative ? count + 1 : count
        }
    }

    /// The shortest text that reads back equal; a string for what JSON has no number for.
    @inline(__always)
    mutating func appendDecimal(_ number: Double, _ powers: PowersOfFive) {
        guard number.isFinite else { return appendNotFinite(isNaN: number.isNaN, number.sign) }
        append(upTo: 32) { memory in
            guard let target = memory.baseAddress else { return 0 }
            let isNegative = number.sign == .minus
            if isNegative { target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
            let decimal = number == 0 ? ShortestDecimal.zero : ShortestDecimal(number.magnitude, powers)
            let start = isNegative ? 1 : 0
            return start + decimal.write(to: target + start)
        }
    }

    /// As for a double; the digits are the fewest that read back as the same float.
    @inline(__always)
    mutating func appendDecimal(_ number: Float, _ powers: PowersOfFive) {
        guard number.isFinite else { return appendNotFinite(isNaN: number.isNaN, number.sign) }
        append(upTo: 32) { memory in
            guard let target = memory.baseAddress else { return 0 }
            let isNegative = number.sign == .minus
            if isNegative { target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
            let decimal = number == 0 ? ShortestDecimal.zero : ShortestDecimal(number.magnitude, powers)
            let start = isNegative ? 1 : 0
            return start + decimal.write(to: target + start)
        }
    }

    @inline(never)
    private mutating func appendNotFinite(isNaN: Bool, _ sign: FloatingPointSign) {
        if isNaN {
            append("\"NaN\"")
        } else {
            append(sign == .minus ? "\"-Infinity\"" : "\"Infinity\"")
        }
    }
}

extension ShortestDecimal {
    static var zero: ShortestDecimal { ShortestDecimal(digits: 0, exponent: 0) }

    private init(digits: UInt64, exponent: Int) {
        self.digits = digits
        self.exponent = exponent
    }

    /// Writes `123.0`, `1.5`, `0.0015`, or `1.5e-7` beyond four zeros behind the point and 16 digits before it.
    ///
    /// - Returns: the number of bytes, at most 24; up to 31 are touched.
    @inline(__always)
    func write(to target: UnsafeMutableRawPointer) -> Int {
        var digits = digits
        var exponent = exponent
        if exponent != 0 {
            if digits % 100_000_000 == 0 {
                digits /= 100_000_000
                exponent += 8
            }
            while digits % 10 == 0 {
                digits /= 10
                exponent += 1
            }
        }
        let count = digitCount(digits)
        let point = count + exponent  // digits before the point
        func put(_ byte: UInt8, at offset: Int) { target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self) }

        if exponent < 0, point > 0 {
            writeDigits(digits, count, to: target + 1)
            (target).copyMemory(from: target + 1, byteCount: point)
            put(UInt8(ascii: "."), at: point)
            return count + 1
        }
        if exponent >= 0, point <= 16 {
            writeDigits(digits, count, to: target)
            for offset in count..<point { put(UInt8(ascii: "0"), at: offset) }
            put(UInt8(ascii: "."), at: point)
            put(UInt8(ascii: "0"), at: point + 1)
            return point + 2
        }
        if point <= 0, point > -4 {
            for offset in 0..<2 - point { put(UInt8(ascii: "0"), at: offset) }
            put(UInt8(ascii: "."), at: 1)
            writeDigits(digits, count, to: target + (2 - point))
            return 2 - point + count
        }
        var length = count
        if count == 1 {
            writeDigits(digits, 1, to: target)
        } else {
            writeDigits(digits, count, to: target + 1)
            put((target + 1).load(as: UInt8.self), at: 0)
            put(UInt8(ascii: "."), at: 1)
            length += 1
        }
        put(UInt8(ascii: "e"), at: length)
        length += 1
        if point < 1 {
            put(UInt8(ascii: "-"), at: length)
            length += 1
        }
        let power = UInt64((point - 1).magnitude)
        let powerCount = digitCount(power)
        writeDigits(power, powerCount, to: target + length)
        return length + powerCount
    }
}

/// The number of decimal digits, 1…20.
@inline(__always)
private func digitCount(_ number: UInt64) -> Int {
    var number = number
    var count = 1
    while true {
        if number < 10 { return count }
        if number < 100 { return count + 1 }
        if number < 1000 { return count + 2 }
        if number < 10_000 { return count + 3 }
        number /= 10_000
        count += 4
    }
}

/// Writes a number that has just `count` digits.
@inline(__always)
private func writeDigits(_ number: UInt64, _ count: Int, to target: UnsafeMutableRawPointer) {
    var number = number
    var end = count
    while end >= 8 {
        let (high, low) = number.quotientAndRemainder(dividingBy: 100_000_000)
        end -= 8
        target.storeBytes(of: eightDigits(low).littleEndian, toByteOffset: end, as: UInt64.self)
        number = high
    }
    while end >= 2 {
        let (high, pair) = number.quotientAndRemainder(dividingBy: 100)
        let tens = (pair * 205) >> 11
        end -= 2
        target.storeBytes(
            of: UInt16(truncatingIfNeeded: 0x3030 + tens + (pair - 10 * tens) << 8).littleEndian, toByteOffset: end,
            as: UInt16.self)
        number = high
    }
    if end == 1 { target.storeBytes(of: UInt8(truncatingIfNeeded: 48 + number), as: UInt8.self) }
}

/// The eight ASCII digits of a number below 10^8, first digit in the lowest byte: halves, quarters, eighths in parallel.
@inline(__always)
private func eightDigits(_ number: UInt64) -> UInt64 {
    let fours = number / 10_000 | (number % 10_000) << 32
    let hundreds = (fours &* 10486) >> 20 & 0x0000_007F_0000_007F
    let twos = hundreds | (fours &- 100 &* hundreds) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return (tens | (twos &- 10 &* tens) << 8) &+ 0x3030_3030_3030_3030
}
