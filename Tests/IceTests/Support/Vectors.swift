import Foundation

/// The golden data beside the tests.
enum Vectors {
    static func load<Value: Decodable>(_ name: String, as: Value.Type = Value.self) throws -> Value {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "vectors/\(name).json"))
        return try JSONDecoder().decode(Value.self, from: data)
    }

    /// The bytes of a hexadecimal text.
    static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var digits = hex.utf8.makeIterator()
        while let high = digits.next(), let low = digits.next() {
            bytes.append(UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16) ?? 0)
        }
        return bytes
    }
}
