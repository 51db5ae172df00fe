import CJansson

/// What jansson says about a text: the judge beside our own reader.
enum JanssonVerdict: Equatable {
    case object
    case otherValue
    case refused
    /// Refused for a limit of jansson's own, not of JSON: numbers that fit no 64 bits or no double, NUL in a key.
    case undecided

    init(_ text: [UInt8], rejectsDuplicates: Bool = true) {
        // A NUL byte is JSON nowhere, but jansson overlooks one behind a number.
        guard !text.contains(0) else {
            self = .refused
            return
        }
        // JSON_REJECT_DUPLICATES, JSON_DECODE_ANY, JSON_ALLOW_NUL: macros with casts, which Swift can't see.
        let flags = (rejectsDuplicates ? 0x1 : 0) | 0x4 | 0x10
        var error = json_error_t()
        let value = text.withUnsafeBytes { bytes in
            json_loadb(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, flags, &error)
        }
        guard let value else {
            // The code is the last byte of the text.
            let code = withUnsafeBytes(of: error.text) { $0.last }
            let limits = [json_error_numeric_overflow, json_error_null_byte_in_key, json_error_stack_overflow]
            self = limits.contains { UInt32(code ?? 0) == $0.rawValue } ? .undecided : .refused
            return
        }
        defer { icegate_json_decref(value) }
        self = icegate_json_typeof(value) == JSON_OBJECT ? .object : .otherValue
    }
}
