import CJansson

/// A value of a JSON text that jansson has read; only inside ``parse(_:_:)``.
struct JSONView {
    private let value: UnsafeMutablePointer<json_t>

    /// Hands over the object that the text is. Duplicate members, NUL characters and invalid UTF-8 are refused.
    ///
    /// - Returns: nil when the text is no JSON object, else what the closure returns.
    static func parse<Value>(_ bytes: [UInt8], _ body: (JSONView) -> Value?) -> Value? {
        let parsed = bytes.withUnsafeBytes { bytes in
            json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, Int(JSON_REJECT_DUPLICATES), nil)
        }
        guard let parsed else { return nil }
        defer { icegate_json_decref(parsed) }
        guard icegate_json_typeof(parsed) == JSON_OBJECT else { return nil }
        return body(JSONView(value: parsed))
    }

    /// A member of an object; nil when there is none.
    subscript(name: String) -> JSONView? { json_object_get(value, name).map(JSONView.init) }

    var isObject: Bool { icegate_json_typeof(value) == JSON_OBJECT }

    var string: String? {
        guard icegate_json_typeof(value) == JSON_STRING, let text = json_string_value(value) else { return nil }
        return String(cString: text)
    }

    /// A number, whole or not.
    var number: Double? {
        switch icegate_json_typeof(value) {
        case JSON_INTEGER, JSON_REAL: json_number_value(value)
        default: nil
        }
    }

    var array: [JSONView]? {
        guard icegate_json_typeof(value) == JSON_ARRAY else { return nil }
        return (0..<json_array_size(value)).compactMap { json_array_get(value, $0).map(JSONView.init) }
    }
}
