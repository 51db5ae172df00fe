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
        var error = json_error_t()
        guard let value = load(text, rejectsDuplicates: rejectsDuplicates, &error) else {
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

private func load(_ text: [UInt8], rejectsDuplicates: Bool, _ error: inout json_error_t) -> OpaqueJSON? {
    // JSON_REJECT_DUPLICATES, JSON_DECODE_ANY, JSON_ALLOW_NUL: macros with casts, which Swift can't see.
    let flags = (rejectsDuplicates ? 0x1 : 0) | 0x4 | 0x10
    return text.withUnsafeBytes { bytes in
        json_loadb(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, flags, &error)
    }
}

private typealias OpaqueJSON = UnsafeMutablePointer<json_t>

/// What jansson reads in a text.
indirect enum JanssonValue: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string([UInt8])
    case array([JanssonValue])
    case object([String: JanssonValue])

    /// Nil for what is no JSON to jansson.
    init?(_ text: [UInt8]) {
        var error = json_error_t()
        guard let value = load(text, rejectsDuplicates: true, &error) else { return nil }
        defer { icegate_json_decref(value) }
        self.init(value)
    }

    private init(_ value: OpaqueJSON) {
        switch icegate_json_typeof(value) {
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        case JSON_INTEGER: self = .integer(Int64(json_integer_value(value)))
        case JSON_REAL: self = .real(json_real_value(value))
        case JSON_STRING:
            let bytes = UnsafeRawBufferPointer(start: json_string_value(value), count: json_string_length(value))
            self = .string(Array(bytes))
        case JSON_ARRAY:
            self = .array(
                (0..<json_array_size(value)).compactMap { json_array_get(value, $0).map { JanssonValue($0) } })
        case JSON_OBJECT:
            var members: [String: JanssonValue] = [:]
            var iterator = json_object_iter(value)
            while let current = iterator {
                // NUL in a key is refused.
                if let key = json_object_iter_key(current), let member = json_object_iter_value(current) {
                    members[String(cString: key)] = JanssonValue(member)
                }
                iterator = json_object_iter_next(value, current)
            }
            self = .object(members)
        default: self = .null
        }
    }

    /// Whether `ours`, made of bytes that were made of this, says the same. Members that Slice doesn't have are left out of it,
    /// and a long may have been text.
    func agrees(with ours: JanssonValue) -> Bool {
        switch (self, ours) {
        case (.object(let theirs), .object(let ours)):
            ours.allSatisfy { key, value in theirs[key].map { $0.agrees(with: value) } ?? false }
        case (.array(let theirs), .array(let ours)):
            theirs.count == ours.count && zip(theirs, ours).allSatisfy { $0.agrees(with: $1) }
        case (.integer(let theirs), .real(let ours)): Double(theirs) == ours
        case (.real(let theirs), .integer(let ours)): theirs == Double(ours)
        case (.real(let theirs), .real(let ours)): theirs.bitPattern == ours.bitPattern
        case (.string(let theirs), .integer(let ours)):
            // Of a long as text only the sign of 0 and exponents aren't kept.
            JanssonValue(theirs)?.agrees(with: .integer(ours)) ?? false
        default: self == ours
        }
    }
}
