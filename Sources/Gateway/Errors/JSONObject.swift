import CJansson
import IceEncoding

/// A small JSON object built with jansson, for everything that is not on the hot path. Members keep their order.
struct JSONObject: ~Copyable {
    /// Nil only when memory is out; then nothing is set and `{}` is written.
    private let object: UnsafeMutablePointer<json_t>?

    init() { object = json_object() }

    deinit {
        if let object { icegate_json_decref(object) }
    }

    mutating func set(_ name: String, _ value: String) {
        var value = value
        let string = value.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { json_stringn($0.baseAddress, $0.count) }
        }
        set(name, owned: string)
    }

    mutating func set(_ name: String, _ value: Int) { set(name, owned: json_integer(json_int_t(value))) }

    mutating func set(_ name: String, _ value: Bool) { set(name, owned: value ? json_true() : json_false()) }

    mutating func set(_ name: String, _ value: borrowing JSONObject) {
        guard let other = value.object else { return }
        set(name, owned: icegate_json_incref(other))
    }

    private mutating func set(_ name: String, owned value: UnsafeMutablePointer<json_t>?) {
        json_object_set_new(object, name, value)
    }

    /// Appends the compact text.
    func write(into buffer: inout OutputBuffer) {
        withUnsafeMutablePointer(to: &buffer) { target in
            _ = json_dump_callback(
                object,
                { bytes, count, context in
                    context?.assumingMemoryBound(to: OutputBuffer.self).pointee
                        .append(UnsafeRawBufferPointer(start: bytes, count: count))
                    return 0
                }, target, 0x20)  // JSON_COMPACT, a macro with a cast that is not imported
        }
        if object == nil { buffer.append("{}") }
    }
}
