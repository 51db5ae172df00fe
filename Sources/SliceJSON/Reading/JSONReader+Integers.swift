/// A number as it stands in the text.
struct JSONNumberSpan {
    var isNegative: Bool
    /// The digits before the point, at least one.
    var whole: UnsafePointer<UInt8>
    var wholeCount: Int
    /// The digits behind the point; none without.
    var fraction: UnsafePointer<UInt8>
    var fractionCount: Int
    /// Behind the `e`; cut to ±10^12, where no text that fits in memory comes back from.
    var exponent: Int

    /// All digits without the point.
    var digitCount: Int { wholeCount + fractionCount }

    /// The value of one of all digits.
    @inline(__always)
    func digit(_ index: Int) -> UInt64 {
        UInt64((index < wholeCount ? whole[index] : fraction[index - wholeCount]) & 0xF)
    }

    /// The first digit that is not 0, or ``digitCount``.
    var firstSignificant: Int {
        var index = 0
        while index < digitCount, digit(index) == 0 { index += 1 }
        return index
    }
}

extension JSONReader {
    // MARK: Integers

    /// Reads an integer from its digits; `3.0` and `1e2` are integers.
    ///
    /// - Throws: ``JSONFailure``; ``position`` is then the start of the number, unless the text is malformed.
    @inline(__always)
    mutating func integer(_ range: ClosedRange<Int64>, subject: Int32) throws(JSONFailure) -> Int64 {
        var place = position
        let isNegative = place < end && place.pointee == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let digits = place
        var magnitude: Int64 = 0
        while place < end {
            let digit = place.pointee &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            magnitude = magnitude &* 10 &+ Int64(digit)
            place += 1
        }
        let count = place - digits
        guard count >= 1, count <= 18, count == 1 || digits.pointee != UInt8(ascii: "0"),
            place == end || !continuesNumber(place.pointee)
        else {
            return try longInteger(range, subject: subject)
        }
        let value = isNegative ? -magnitude : magnitude
        guard range.contains(value) else { throw failure(.outOfRange, subject: subject) }
        position = place
        return value
    }

    @inline(never)
    private mutating func longInteger(_ range: ClosedRange<Int64>, subject: Int32) throws(JSONFailure) -> Int64 {
        let begin = position
        guard peek == UInt8(ascii: "-") || isDigit(peek) else { throw mismatch(subject: subject) }
        let span = try number()
        let value = try exactInteger(span, at: begin, subject: subject)
        guard range.contains(value) else { throw failure(.outOfRange, at: begin, subject: subject) }
        return value
    }

    private func exactInteger(
        _ span: JSONNumberSpan, at begin: UnsafePointer<UInt8>, subject: Int32
    ) throws(JSONFailure) -> Int64 {
        let first = span.firstSignificant
        var last = span.digitCount
        while last > first, span.digit(last - 1) == 0 { last -= 1 }
        guard first < last else { return 0 }
        // The significant digits, then so many zeros.
        let zeros = span.exponent - span.fractionCount + (span.digitCount - last)
        guard zeros >= 0 else { throw failure(.notInteger, at: begin, subject: subject) }
        guard last - first + zeros <= 19 else { throw failure(.outOfRange, at: begin, subject: subject) }
        var magnitude: UInt64 = 0  // 19 digits always fit
        for index in first..<last { magnitude = magnitude * 10 + span.digit(index) }
        for _ in 0..<zeros { magnitude *= 10 }
        if span.isNegative, magnitude == Int64.min.magnitude { return .min }
        guard let value = Int64(exactly: magnitude) else { throw failure(.outOfRange, at: begin, subject: subject) }
        return span.isNegative ? -value : value
    }

    @inline(__always)
    private func continuesNumber(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }

    @inline(__always)
    func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Reads a number by the grammar, whatever its size.
    @inline(never)
    mutating func number() throws(JSONFailure) -> JSONNumberSpan {
        let isNegative = take(UInt8(ascii: "-"))
        let whole = position
        let wholeCount = try digits()
        if wholeCount > 1, whole.pointee == UInt8(ascii: "0") { throw failure(.badNumber, at: whole) }
        var fraction = position
        var fractionCount = 0
        if take(UInt8(ascii: ".")) {
            fraction = position
            fractionCount = try digits()
        }
        var exponent = 0
        if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
            position += 1
            let isSmall = take(UInt8(ascii: "-"))
            if !isSmall { _ = take(UInt8(ascii: "+")) }
            let power = position
            let powerCount = try digits()
            for index in 0..<powerCount where exponent < 1_000_000_000_000 {
                exponent = exponent * 10 + Int(power[index] & 0xF)
            }
            if isSmall { exponent = -exponent }
        }
        return JSONNumberSpan(
            isNegative: isNegative, whole: whole, wholeCount: wholeCount, fraction: fraction,
            fractionCount: fractionCount, exponent: exponent)
    }

    /// Skips one or more digits.
    private mutating func digits() throws(JSONFailure) -> Int {
        let first = position
        while position < end, isDigit(position.pointee) { position += 1 }
        guard position > first else { throw unexpected(.digit) }
        return position - first
    }
}
