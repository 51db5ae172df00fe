import Slice

/// Slice constants in JSON.
enum ConstantNode {
    /// Nil for what JSON has no number for.
    static func node(_ value: ConstantValue, type: SliceType, _ options: OpenAPIOptions) -> Node? {
        switch value {
        case .bool(let value): return .bool(value)
        case .integer(let value):
            switch type {
            case .long where options.long == .string: return .string(String(value))
            // A whole literal may stand for a floating-point default.
            case .float, .double: return .double(Double(value))
            default: return .int(value)
            }
        case .floating(let value): return value.isFinite ? number(value, type) : nil
        case .string(let value): return .string(value)
        case .enumerator(let name, _): return .string(name)
        }
    }

    /// A float has fewer digits than the double that holds it.
    private static func number(_ value: Double, _ type: SliceType) -> Node {
        guard type == .float else { return .double(value) }
        return .double(Double(Float(value).description) ?? value)
    }
}
