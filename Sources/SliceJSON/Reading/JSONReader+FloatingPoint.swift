import Glibc

extension JSONReader {
    // MARK: Floating point

    /// Reads a double, correctly rounded, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`.
    @inline(__always)
    mutating func double(_ powers: PowersOfFive, subject: Int32) throws(JSONFailure) -> UInt64 {
        guard peek == UInt8(ascii: "-") || isDigit(peek) else { return try notFinite(subject: subject).bitPattern }
        return try floatingPoint(.double, powers, subject: subject)
    }

    /// Reads a float, rounded once, from the digits.
    @inline(__always)
    mutating func float(_ powers: PowersOfFive, subject: Int32) throws(JSONFailure) -> UInt32 {
        guard peek == UInt8(ascii: "-") || isDigit(peek) else {
            return Float(try notFinite(subject: subject)).bitPattern
        }
        return UInt32(truncatingIfNeeded: try floatingPoint(.float, powers, subject: subject))
    }

    /// The bits of the nearest number of the format, with its sign.
    @inline(__always)
    private mutating func floatingPoint(
        _ format: BinaryFormat, _ powers: PowersOfFive, subject: Int32
    ) throws(JSONFailure) -> UInt64 {
        let begin = position
        let isNegative = begin.pointee == UInt8(ascii: "-")
        var place = isNegative ? begin + 1 : begin
        let whole = place
        var significand: UInt64 = 0
        skipDigits(&place, &significand)
        var count = place - whole
        var isPlain = count >= 1 && (count == 1 || whole.pointee != UInt8(ascii: "0"))
        var power = 0
        if place < end, place.pointee == UInt8(ascii: ".") {
            place += 1
            let fraction = place
            skipDigits(&place, &significand)
            power = fraction - place
            count -= power
            isPlain = isPlain && power < 0
        }
        if place < end, place.pointee | 0x20 == UInt8(ascii: "e") {
            place += 1
            var isSmall = false
            if place < end, place.pointee == UInt8(ascii: "-") || place.pointee == UInt8(ascii: "+") {
                isSmall = place.pointee == UInt8(ascii: "-")
                place += 1
            }
            let digits = place
            var exponent: UInt64 = 0
            skipDigits(&place, &exponent)
            isPlain = isPlain && place > digits && place - digits <= 5
            // Wraps only when there are too many digits, and then nobody looks at it.
            let shift = Int(truncatingIfNeeded: exponent)
            power = isSmall ? power &- shift : power &+ shift
        }
        let bits: UInt64
        if isPlain, count <= 19 {
            position = place
            bits = powers.nearest(significand, power: power, format: format)
        } else {
            bits = try longFloatingPoint(isDouble: format.significandBits == 52, powers)
        }
        guard bits < UInt64(format.infinity) << UInt64(format.significandBits) else {
            throw failure(.outOfRange, at: begin, subject: subject)
        }
        let sign: UInt64 = format.significandBits == 52 ? 1 << 63 : 1 << 31
        return isNegative ? bits | sign : bits
    }

    /// Skips digits and appends them to a number, which wraps when there are too many.
    @inline(__always)
    private func skipDigits(_ place: inout UnsafePointer<UInt8>, _ number: inout UInt64) {
        while end - place >= 8 {
            var word = UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
            guard
                ((word & 0xF0F0_F0F0_F0F0_F0F0) | ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4)
                    == 0x3333_3333_3333_3333
            else { break }
            // Ones, tens, hundreds, ten thousands: pairs, quadruples, all eight.
            word = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) >> 8
            word = ((word & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
            word = ((word & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
            number = number &* 100_000_000 &+ word
            place += 8
        }
        while place < end {
            let digit = place.pointee &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            number = number &* 10 &+ UInt64(digit)
            place += 1
        }
    }

    /// A number of more than 19 digits, with a long exponent, or malformed.
    @inline(never)
    private mutating func longFloatingPoint(isDouble: Bool, _ powers: PowersOfFive) throws(JSONFailure) -> UInt64 {
        let span = try number()
        let first = span.firstSignificant
        guard first < span.digitCount else { return 0 }
        var kept: UInt64 = 0
        let last = min(first + 19, span.digitCount)
        for index in first..<last { kept = kept * 10 + span.digit(index) }
        let power = span.exponent - span.fractionCount + (span.digitCount - last)
        func nearest(_ significand: UInt64) -> UInt64 {
            isDouble
                ? powers.nearest(significand, power: power, format: .double)
                : powers.nearest(significand, power: power, format: .float)
        }
        // The number lies from `kept` up to but not at `kept + 1`; most often both round to the same.
        let below = nearest(kept)
        if last == span.digitCount || below == nearest(kept + 1) { return below }
        return exactlyRounded(span, first: first, isDouble: isDouble)
    }

    /// Lets the standard library round a number that 19 digits don't decide. 800 digits do, with one more that says whether
    /// anything follows: a double and the middle between two have at most 767.
    private func exactlyRounded(_ span: JSONNumberSpan, first: Int, isDouble: Bool) -> UInt64 {
        let last = min(first + 800, span.digitCount)
        var text = ""
        for index in first..<last {
            text.append(Character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(span.digit(index)))))
        }
        var power = span.exponent - span.fractionCount + (span.digitCount - last)
        if (last..<span.digitCount).contains(where: { span.digit($0) != 0 }) {
            text.append("1")
            power -= 1
        }
        text += "e\(power)"
        // The standard library reads in the C locale, whatever the process has set, and rounds correctly.
        return isDouble ? Double(text)?.bitPattern ?? 0 : UInt64(Float(text)?.bitPattern ?? 0)
    }

    @inline(never)
    private mutating func notFinite(subject: Int32) throws(JSONFailure) -> Double {
        guard peek == UInt8(ascii: "\"") else { throw mismatch(subject: subject) }
        let begin = position
        let span = try string()
        func reads(_ text: StaticString) -> Bool {
            span.count == text.utf8CodeUnitCount && memcmp(span.start, text.utf8Start, span.count) == 0
        }
        if reads("NaN") { return .nan }
        if reads("Infinity") { return .infinity }
        if reads("-Infinity") { return -.infinity }
        throw failure(.wrongType, at: begin, subject: subject)
    }
}
