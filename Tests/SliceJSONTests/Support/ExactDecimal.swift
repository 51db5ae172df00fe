/// A whole number times a power of two as decimal text, every digit of it.
struct ExactDecimal {
    /// Little endian, nine digits each.
    private var limbs: [UInt64]
    private var fractionDigits = 0

    init(_ significand: UInt64, timesTwoToThe exponent: Int) {
        limbs = [
            significand % 1_000_000_000, significand / 1_000_000_000 % 1_000_000_000,
            significand / 1_000_000_000_000_000_000,
        ]
        for _ in 0..<max(exponent, 0) { multiply(by: 2) }
        for _ in 0..<max(-exponent, 0) { multiply(by: 5) }
        fractionDigits = max(-exponent, 0)
    }

    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index] * factor + carry
            limbs[index] = product % 1_000_000_000
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(carry) }
    }

    var digits: String {
        let text = limbs.reversed().map { limb in
            let digits = "\(limb)"
            return String(repeating: "0", count: 9 - digits.count) + digits
        }.joined()
        let significant = text.drop { $0 == "0" }
        return significant.isEmpty ? "0" : String(significant)
    }

    /// `digits` · 10^`exponent`.
    var exponent: Int { -fractionDigits }
}
