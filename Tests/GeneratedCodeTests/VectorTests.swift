import Foundation
import Ice
import Synchronization
import Testing

/// What real Ice peers sent goes through a generated servant and a generated proxy, and must come out as it was.
@Suite("Recorded parameters through generated code", .timeLimit(.minutes(5)))
struct VectorTests {
    struct Vector: Decodable {
        var id: String
        var encoding: String
        var hex: String
        var how: String
        var note: String?

        var version: EncodingVersion { encoding == "1.0" ? .v1_0 : .v1_1 }
        var operation: String? { how.split(separator: " ").first { $0.hasPrefix("op") }.map(String.init) }
        /// Another order of the same values is as good.
        var hasNoOrder: Bool {
            note?.contains("order is not significant") ?? false || note?.contains("order of inst") ?? false
        }

        var encapsulation: [UInt8] {
            var bytes: [UInt8] = []
            var digits = hex[...]
            while !digits.isEmpty {
                bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
                digits = digits.dropFirst(2)
            }
            let size = withUnsafeBytes(of: Int32(bytes.count + 6).littleEndian) { Array($0) }
            return size + [version.major, version.minor] + bytes
        }
    }

    private struct File: Decodable { var vectors: [Vector] }

    /// Keeps the parameters that it is called with, and answers nothing.
    private final class Recorder: Dispatcher {
        let last = Mutex<(operation: String, inEncaps: [UInt8])>(("", []))

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            let (operation, inEncaps, current) = (request.current.operation, request.inEncaps, request.current)
            last.withLock { $0 = (operation, inEncaps) }
            return current.makeEmptyOutgoingResponse()
        }
    }

    @Test(
        "come out as they went in",
        arguments: [("types", 112), ("optionals", 34), ("classes-compact", 40), ("classes-sliced", 17)])
    func parameters(file: String, count: Int) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appending(path: "SliceJSONTests/Vectors/\(file).json"))
        let vectors = try JSONDecoder().decode(File.self, from: data).vectors
        try #require(vectors.count == count)
        try await withAdapter { adapter, communicator in
            let recorder = Recorder()
            let target = try adapter.add(servant: recorder, id: Identity(name: "recorder"))
            let relay = try adapter.add(servant: Relay(target: EncPrx(untyped: target)), id: Identity(name: "relay"))
            for vector in vectors {
                let operation = try #require(vector.operation, "\(vector.id)")
                func relayed(_ inEncaps: [UInt8]) async throws -> [UInt8] {
                    let result = try await relay.ice_encodingVersion(vector.version)
                        .ice_invoke(operation: operation, mode: .normal, inEncaps: inEncaps)
                    #expect(result.ok, "\(vector.id)")
                    let last = recorder.last.withLock { $0 }
                    #expect(last.operation == operation, "\(vector.id)")
                    return last.inEncaps
                }
                do {
                    let written = try await relayed(vector.encapsulation)
                    if vector.hasNoOrder {
                        #expect(try await relayed(written).count == vector.encapsulation.count, "\(vector.id)")
                    } else {
                        #expect(written == vector.encapsulation, "\(vector.id)")
                    }
                } catch {
                    Issue.record(error, "\(vector.id)")
                }
            }
        }
    }
}
