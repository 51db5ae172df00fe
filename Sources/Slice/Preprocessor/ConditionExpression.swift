/// The integer expression of an `#if`, macros expanded and `defined` replaced.
struct ConditionExpression {
    struct Failure: Error {
        var message: String
        var span: Span?
    }

    private let tokens: [RawToken]
    private var index = 0
    private var depth = 0

    init(tokens: [RawToken]) { self.tokens = tokens }

    /// Evaluates all of it in 64 bits, wrapping around on overflow.
    mutating func value() throws(Failure) -> Int64 {
        guard !tokens.isEmpty else { throw Failure(message: "missing expression") }
        let result = try conditional(isEvaluated: true)
        if index < tokens.count { throw failure("unexpected '\(tokens[index].text)' in expression") }
        return result
    }

    private func failure(_ message: String) -> Failure {
        Failure(message: message, span: index < tokens.count ? tokens[index].span : tokens.last?.span)
    }

    private mutating func accept(_ text: String) -> Bool {
        guard index < tokens.count, tokens[index].isPunctuation(text) else { return false }
        index += 1
        return true
    }

    private mutating func conditional(isEvaluated: Bool) throws(Failure) -> Int64 {
        depth += 1
        defer { depth -= 1 }
        guard depth < Preprocessor.Limit.conditionDepth else { throw failure("expression is nested too deeply") }
        let test = try binary(0, isEvaluated: isEvaluated)
        guard accept("?") else { return test }
        let yes = try conditional(isEvaluated: isEvaluated && test != 0)
        guard accept(":") else { throw failure("missing ':' in expression") }
        let no = try conditional(isEvaluated: isEvaluated && test == 0)
        return test != 0 ? yes : no
    }

    /// Operators from the loosest to the tightest.
    private static let levels: [[String]] = [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"],
        ["*", "/", "%"],
    ]

    private mutating func binary(_ level: Int, isEvaluated: Bool) throws(Failure) -> Int64 {
        guard level < ConditionExpression.levels.count else { return try unary(isEvaluated: isEvaluated) }
        var left = try binary(level + 1, isEvaluated: isEvaluated)
        while index < tokens.count, tokens[index].kind == .punctuation,
            ConditionExpression.levels[level].contains(tokens[index].text)
        {
            let operation = tokens[index].text
            let place = index
            index += 1
            // The right side of `||` and `&&` counts only when the left leaves it open.
            let isOpen = operation == "||" ? left == 0 : operation == "&&" ? left != 0 : true
            let right = try binary(level + 1, isEvaluated: isEvaluated && isOpen)
            if right == 0, operation == "/" || operation == "%" {
                guard !isEvaluated else {
                    throw Failure(message: "division by zero", span: tokens[place].span)
                }
                left = 0
            } else {
                left = apply(operation, left, right)
            }
        }
        return left
    }

    private func apply(_ operation: String, _ left: Int64, _ right: Int64) -> Int64 {
        switch operation {
        case "||": left != 0 || right != 0 ? 1 : 0
        case "&&": left != 0 && right != 0 ? 1 : 0
        case "|": left | right
        case "^": left ^ right
        case "&": left & right
        case "==": left == right ? 1 : 0
        case "!=": left != right ? 1 : 0
        case "<": left < right ? 1 : 0
        case ">": left > right ? 1 : 0
        case "<=": left <= right ? 1 : 0
        case ">=": left >= right ? 1 : 0
        case "<<": left << right
        case ">>": left >> right
        case "+": left &+ right
        case "-": left &- right
        case "*": left &* right
        case "/": left.dividedReportingOverflow(by: right).partialValue
        default: left.remainderReportingOverflow(dividingBy: right).partialValue
        }
    }

    private mutating func unary(isEvaluated: Bool) throws(Failure) -> Int64 {
        depth += 1
        defer { depth -= 1 }
        guard depth < Preprocessor.Limit.conditionDepth else { throw failure("expression is nested too deeply") }
        if accept("!") { return try unary(isEvaluated: isEvaluated) == 0 ? 1 : 0 }
        if accept("-") { return 0 &- (try unary(isEvaluated: isEvaluated)) }
        if accept("+") { return try unary(isEvaluated: isEvaluated) }
        if accept("~") { return ~(try unary(isEvaluated: isEvaluated)) }
        if accept("(") {
            let result = try conditional(isEvaluated: isEvaluated)
            guard accept(")") else { throw failure("missing ')' in expression") }
            return result
        }
        guard index < tokens.count else { throw failure("expression ends too early") }
        let token = tokens[index]
        switch token.kind {
        case .identifier:
            index += 1
            return 0
        case .number:
            guard let number = number(token.text) else { throw failure("'\(token.text)' is not an integer") }
            index += 1
            return number
        case .character:
            let bytes = Array(token.text.utf8)
            guard bytes.count == 3, !token.isBroken else { throw failure("unsupported character constant") }
            index += 1
            return Int64(bytes[1])
        default:
            throw failure("unexpected '\(token.text)' in expression")
        }
    }

    private func number(_ text: String) -> Int64? {
        var digits = text[...]
        while let last = digits.last, "uUlL".contains(last) { digits.removeLast() }
        let value: UInt64? =
            if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
                UInt64(digits.dropFirst(2), radix: 16)
            } else if digits.hasPrefix("0"), digits.count > 1 {
                UInt64(digits.dropFirst(), radix: 8)
            } else {
                UInt64(digits)
            }
        return value.map { Int64(bitPattern: $0) }
    }
}
