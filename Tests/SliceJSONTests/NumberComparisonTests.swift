import Glibc
import IceEncoding
import SliceJSON
import Testing

/// The reading and writing of numbers, with the C and the Swift library as judges.
@Suite("Numbers beside the standard libraries")
struct NumberComparisonTests {
    private let doubles: TypeHarness
    private let floats: TypeHarness
    private let longs: TypeHarness

    init() throws {
        doubles = try TypeHarness("S", definitions: "sequence<double> S;")
        floats = try TypeHarness("S", definitions: "sequence<float> S;")
        longs = try TypeHarness("S", definitions: "sequence<long> S;")
    }

    /// The bits that we read in each text; all must be in range.
    private func read<Bits: FixedWidthInteger>(_ texts: [String], _ type: TypeHarness, as: Bits.Type) throws -> [Bits] {
        let payload = try type.encode(value: "[\(texts.joined(separator: ","))]")
        return try payload.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            return try (0..<(try cursor.readSize())).map { _ in try cursor.read(Bits.self) }
        }
    }

    /// Compares what we read with what the C library does, as doubles and as floats.
    private func compare(_ texts: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let finite = texts.filter { strtod($0, nil).isFinite }
        for (text, bits) in zip(finite, try read(finite, doubles, as: UInt64.self))
        where bits != strtod(text, nil).bitPattern {
            Issue.record("\(text): \(Double(bitPattern: bits))", sourceLocation: sourceLocation)
        }
        let small = texts.filter { strtof($0, nil).isFinite }
        for (text, bits) in zip(small, try read(small, floats, as: UInt32.self))
        where bits != strtof(text, nil).bitPattern {
            Issue.record("\(text) as float: \(Float(bitPattern: bits))", sourceLocation: sourceLocation)
        }
        for text in texts.filter({ strtod($0, nil).isInfinite }).prefix(100) {
            #expect(try doubles.error("[\(text)]").code == .outOfRange, sourceLocation: sourceLocation)
        }
        for text in texts.filter({ strtof($0, nil).isInfinite }).prefix(100) {
            #expect(try floats.error("[\(text)]").code == .outOfRange, sourceLocation: sourceLocation)
        }
    }

    private func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        (0..<count).map { index in "\(Int.random(in: index == 0 ? 1...9 : 0...9, using: &random))" }.joined()
    }

    @Test("Random decimals of 1 to 40 digits with every exponent")
    func randomDecimals() throws {
        var random = SplitMix64(seed: 1)
        let texts = (0..<30_000).map { index in
            let digits = digits(Int.random(in: 1...(index % 3 == 0 ? 40 : 20), using: &random), &random)
            let sign = Bool.random(using: &random) ? "-" : ""
            switch index % 5 {
            case 0: return "\(sign)\(digits)"
            case 1: return "\(sign)0.\(digits)"
            case 2: return "\(sign)\(digits)e\(Int.random(in: -360...310, using: &random))"
            case 3: return "\(sign)\(digits.prefix(1)).\(digits)E+\(Int.random(in: 0...310, using: &random))"
            default: return "\(sign)0.000000\(digits)e\(Int.random(in: -60...60, using: &random))"
            }
        }
        try compare(texts)
    }

    @Test("Halfway between two numbers, and a little above and below")
    func halfway() throws {
        var random = SplitMix64(seed: 2)
        var texts: [String] = []
        for index in 0..<400 {
            // Of a double or a float; every seventh subnormal.
            let isDouble = index % 2 == 0
            let bits = isDouble ? 52 : 23
            let isSubnormal = index % 7 == 0
            var significand = UInt64.random(in: 0..<(1 << UInt64(bits)), using: &random)
            if !isSubnormal { significand |= 1 << UInt64(bits) }
            let smallest = isDouble ? -1074 : -149
            let exponent = isSubnormal ? smallest : Int.random(in: smallest...(isDouble ? 970 : 103), using: &random)
            let middle = ExactDecimal(2 * significand + 1, timesTwoToThe: exponent - 1)
            let tail = "e\(middle.exponent)"
            let below = ExactDecimal((2 * significand + 1) << 9 - 1, timesTwoToThe: exponent - 10)
            texts += ["\(middle.digits)\(tail)", "\(below.digits)e\(below.exponent)"]
            // One more digit far behind decides.
            let zeros = String(repeating: "0", count: index % 4 == 0 ? 900 : 3)
            texts.append("\(middle.digits).\(zeros)1\(tail)")
            texts.append("\(middle.digits).\(zeros)0\(tail)")
            // Cut to what 19 and 20 digits say.
            for count in [17, 18, 19, 20, 21] where middle.digits.count > count {
                texts.append("\(middle.digits.prefix(count))e\(middle.exponent + middle.digits.count - count)")
            }
        }
        try compare(texts)
    }

    @Test("Powers of ten and two, small integers, the ends of the formats")
    func specialDecimals() throws {
        var texts = (-400...400).flatMap { ["1e\($0)", "9.999999999999999999999e\($0)", "123456789e\($0)"] }
        texts += (0...2000).flatMap { ["\($0)", "\($0).0", "0.\($0)"] }
        texts += (-1080...1023).flatMap { power in
            let exact = ExactDecimal(1, timesTwoToThe: power)
            return ["\(exact.digits)e\(exact.exponent)"]
        }
        texts += [
            "2.2250738585072011e-308", "2.2250738585072012e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623157e308", "1.7976931348623158e308", "3.4028234663852886e38", "1.17549435e-38",
            "1.40129846e-45", "7.0064923e-46",
            "8.988465674311580e307", "1e23", "8.5e22", "9007199254740993", "9007199254740992.999999",
            "0.500000000000000166533453693773481063544750213623046875",
            String(repeating: "9", count: 5000) + "e-5000", "0." + String(repeating: "0", count: 5000) + "1e5000",
            "1" + String(repeating: "0", count: 308),
        ]
        try compare(texts)
    }

    @Test("Exponents around the ends of every integer type are 0 or infinite, and no overflow")
    func hugeExponents() throws {
        let ends = [
            "32767", "65536", "99999", "100000", "2147483648", "999999999999", "9223372036854775807",
            "9223372036854775808",
            "9223372036854775809", "18446744073709551615", "18446744073709551616", "27670116110564327424",
            String(repeating: "9", count: 400), String(repeating: "0", count: 400),
            String(repeating: "0", count: 30) + "9223372036854775808",
        ]
        let digits = ["1", "-1", "0.11", "12345678901234567890.1234567890", "0", "-0.00"]
        try compare(digits.flatMap { digits in ends.flatMap { ["\(digits)e-\($0)", "\(digits)E\($0)"] } })
    }

    @Test("Every long reads back from every spelling")
    func readLongs() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<40 {
            let values = (0..<250).map { _ in
                Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random)
            }
            let texts = values.enumerated().map { index, value -> String in
                let text = "\(value)"
                let sign = value < 0 ? "-" : ""
                let digits = "\(value.magnitude)"
                switch index % 6 {
                case 0: return text
                case 1: return "\"\(text)\""
                case 2: return "\(text).000"
                case 3: return "\(sign)\(digits.prefix(1)).\(digits.dropFirst())0e\(digits.count - 1)"
                case 4: return value == 0 ? "0e-3" : "\(text)0000e-4"
                default: return "\(sign)0.000\(digits)E+\(digits.count + 3)"
                }
            }
            #expect(try read(texts, longs, as: Int64.self) == values)
        }
    }

    /// The significant digits of a number's text, and the power of ten of the last.
    private func normalized(_ text: Substring) -> (digits: String, exponent: Int) {
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].drop { $0 == "-" }
        var exponent = parts.count > 1 ? Int(parts[1]) ?? .min : 0
        if let point = mantissa.firstIndex(of: ".") {
            exponent -= mantissa.distance(from: point, to: mantissa.endIndex) - 1
        }
        var digits = String(mantissa.filter { $0 != "." }.drop { $0 == "0" })
        while digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        return (digits, digits.isEmpty ? 0 : exponent)
    }

    /// Writes all numbers at once: each text must have the digits of Swift's own, the sign, and read back as the same bits.
    private func compareWriting<Number: BinaryFloatingPoint & LosslessStringConvertible, Bits: FixedWidthInteger>(
        _ numbers: [Number], _ type: TypeHarness, bits: (Number) -> Bits
    ) throws {
        var payload = OutputBuffer()
        payload.appendSize(numbers.count)
        for number in numbers { payload.append(bits(number)) }
        let bytes = Array(payload.bytes)
        let text = try type.decode(value: bytes)
        #expect(try type.encode(value: text) == bytes)
        let texts = text.dropFirst().dropLast().split(separator: ",")
        #expect(texts.count == numbers.count)
        for (text, number) in zip(texts, numbers) {
            let expected = normalized(Substring(number.description))
            guard normalized(text) == expected, (text.first == "-") == (number.sign == .minus), text.utf8.count <= 25
            else {
                Issue.record("\(number) is written as \(text)")
                continue
            }
        }
    }

    @Test("Doubles are written with the fewest digits, and read back equal")
    func writtenDoubles() throws {
        var random = SplitMix64(seed: 4)
        var numbers = (0..<20_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        numbers += (0..<2000).map { _ in Double(bitPattern: random.next() >> UInt64.random(in: 12..<64, using: &random))
        }
        numbers += (0..<2000).map { _ in (Double.random(in: -1e6...1e6, using: &random) * 100).rounded() / 100 }
        for exponent in UInt64(0)..<2047 {
            let power = Double(bitPattern: exponent << 52)
            numbers += [power, -power.nextUp, power.nextDown]
        }
        numbers += (-324...308).map { strtod("1e\($0)", nil) } + (0...1000).map { Double($0) }
        numbers += [
            .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, .leastNormalMagnitude.nextDown, 0,
            -0.0, 9_007_199_254_740_992, 9_007_199_254_740_994,
        ]
        try compareWriting(numbers.filter(\.isFinite), doubles, bits: \.bitPattern)
    }

    @Test("Floats are written with the fewest digits, and read back equal")
    func writtenFloats() throws {
        var random = SplitMix64(seed: 6)
        var numbers = (0..<20_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
        for exponent in UInt32(0)..<255 {
            let power = Float(bitPattern: exponent << 23)
            numbers += [power, -power.nextUp, power.nextDown]
        }
        numbers += (-45...38).map { strtof("1e\($0)", nil) } + (0...1000).map { Float($0) }
        numbers += [
            .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 16_777_216, 33_554_432,
            8.5899346e9,
        ]
        try compareWriting(numbers.filter(\.isFinite), floats, bits: \.bitPattern)
    }

    @Test("Integers are written with all their digits")
    func writtenIntegers() throws {
        var values: [Int64] = [0, .min, .max]
        var power: Int64 = 1
        for _ in 0..<19 {
            values += [power - 1, power, power + 1, -power, 1 - power]
            power = power.multipliedReportingOverflow(by: 10).partialValue
        }
        var random = SplitMix64(seed: 9)
        values += (0..<2000).map { _ in
            Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<64, using: &random)
        }
        var payload = OutputBuffer()
        payload.appendSize(values.count)
        for value in values { payload.append(value) }
        let text = try longs.decode(value: Array(payload.bytes))
        #expect(text == "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]")
    }
}
