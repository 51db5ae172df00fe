import Foundation
import Ice
import Testing

/// What real Ice peers wrote.
struct StreamVector: Decodable, CustomTestStringConvertible, Sendable {
    var id: String
    var encoding: String
    var hex: String
    var how: String
    var note: String?

    var testDescription: String { id }

    private struct File: Decodable { var vectors: [StreamVector] }

    /// - Parameter path: of the file, from the folder of all tests.
    static func load(_ path: String) throws -> [StreamVector] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: tests.appending(path: path))).vectors
    }

    var version: EncodingVersion { encoding == "1.0" ? .v1_0 : .v1_1 }
    var bytes: [UInt8] { Vectors.bytes(hex) }
    /// The operation whose parameters they are.
    var operation: String? { how.split(separator: " ").first { $0.hasPrefix("op") }.map(String.init) }

    /// Whether another order of the same values is as good.
    var hasNoOrder: Bool {
        guard let note else { return false }
        return note.contains("order of instances inside one pending batch")
            || note.contains("entry order is not significant")
    }
}
