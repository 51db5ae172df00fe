/// Regular expressions for the decimal text of integers in a range, in canonical spelling.
enum IntegerPattern {
    /// - Parameters:
    ///   - least: 0, or `-maximum - 1`.
    static func text(from least: Int64, to maximum: Int64) -> String {
        let all = alternatives(upTo: maximum)
        // Magnitudes that both signs have.
        guard least < 0, let last = String(maximum).last?.wholeNumberValue, last < 9 else {
            return "^(0|\(all.joined(separator: "|")))$"
        }
        return "^(0|-?(\(all.joined(separator: "|")))|\(least))$"
    }

    /// 1 to `maximum`.
    private static func alternatives(upTo maximum: Int64) -> [String] {
        let digits = String(maximum).compactMap(\.wholeNumberValue)
        var result = digits.count > 1 ? ["[1-9]\(any(upTo: digits.count - 2))"] : []
        for (index, digit) in digits.enumerated() {
            let prefix = digits[..<index].map(String.init).joined()
            let isLast = index == digits.count - 1
            let low = index == 0 ? 1 : 0
            let high = isLast ? digit : digit - 1
            guard low <= high else { continue }
            let choice = low == high ? "\(low)" : "[\(low)-\(high)]"
            result.append(prefix + choice + exactly(digits.count - index - 1))
        }
        return result
    }

    private static func any(upTo count: Int) -> String {
        count == 0 ? "" : count == 1 ? "[0-9]?" : "[0-9]{0,\(count)}"
    }

    private static func exactly(_ count: Int) -> String {
        count == 0 ? "" : count == 1 ? "[0-9]" : "[0-9]{\(count)}"
    }
}
