import Foundation
import IceEncoding
import Testing

@Suite("Message framing")
struct MessageTests {
    private struct VectorFile: Decodable {
        struct Vector: Decodable {
            var id: String
            var hex: String
        }
        var vectors: [Vector]
    }

    /// Messages that real Ice peers sent.
    private func vectors() throws -> [VectorFile.Vector] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/messages.json")
        return try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: file)).vectors
    }

    @Test("Every recorded message has a header that says its kind and its length")
    func recordedHeaders() throws {
        let vectors = try vectors()
        #expect(vectors.count == 17)
        for vector in vectors {
            let message = try bytes(vector.hex)
            let header = try withCursor(message) { cursor throws(MarshalError) in
                try MessageHeader(&cursor, maximumSize: 1 << 20)
            }
            #expect(header.messageSize == message.count, "\(vector.id)")
            let kind: MessageHeader.Kind =
                vector.id.hasPrefix("msg-validate")
                ? .validateConnection
                : vector.id.hasPrefix("msg-close")
                    ? .closeConnection : vector.id.hasPrefix("msg-batch") ? .batchRequest : .request
            #expect(header.kind == kind, "\(vector.id)")
            let compression: UInt8 =
                vector.id.hasSuffix("bzip2")
                ? 2 : ["msg-request-compress-small", "msg-close@3.7"].contains(vector.id) ? 1 : 0
            #expect(header.compression == compression, "\(vector.id)")
        }
    }

    @Test("Every recorded header is written as it was")
    func writingHeaders() throws {
        for vector in try vectors() {
            let message = try bytes(vector.hex)
            let again = try withCursor(message) { cursor throws(MarshalError) in
                let header = try MessageHeader(&cursor, maximumSize: message.count)
                let rest = Array(try cursor.readBytes(cursor.remaining))
                return written {
                    $0.append(7 as UInt8)  // a message need not start at the front
                    let start = $0.beginMessage(header.kind, compression: header.compression)
                    $0.append(rest)
                    $0.endMessage(start)
                }
            }
            #expect(again == [7] + message, "\(vector.id)")
        }
    }

    @Test("The requests that were recorded end where their encapsulation ends")
    func recordedRequests() throws {
        var count = 0
        for vector in try vectors() where vector.id.hasPrefix("msg-request") && !vector.id.hasSuffix("bzip2") {
            try withCursor(bytes(vector.hex)) { cursor throws(MarshalError) in
                _ = try MessageHeader(&cursor, maximumSize: 1 << 20)
                let identifier = try cursor.read(Int32.self)
                #expect(identifier == (vector.id.hasSuffix("oneway") ? 0 : 1), "\(vector.id)")
                try skipRequest(&cursor)
                #expect(cursor.remaining == 0, "\(vector.id)")
            }
            count += 1
        }
        #expect(count == 12)
    }

    @Test("The batch that was recorded has as many requests as it says")
    func recordedBatch() throws {
        let batch = try #require(vectors().first { $0.id == "msg-batch-2" })
        try withCursor(bytes(batch.hex)) { cursor throws(MarshalError) in
            _ = try MessageHeader(&cursor, maximumSize: 1 << 20)
            let count = try cursor.read(Int32.self)
            #expect(count == 2)
            for _ in 0..<count { try skipRequest(&cursor) }
            #expect(cursor.remaining == 0)
        }
    }

    /// Identity, facet, operation, mode, context and encapsulation.
    private func skipRequest(_ cursor: inout InputCursor) throws(MarshalError) {
        #expect(try cursor.readString().isEmpty == false)
        _ = try cursor.readString()
        for _ in 0..<(try cursor.readCount(minimumElementSize: 1)) { _ = try cursor.readString() }
        #expect(try cursor.readString().isEmpty == false)
        let mode = OperationMode(rawValue: try cursor.read(UInt8.self))
        #expect(mode != nil)
        for _ in 0..<(try cursor.readCount(minimumElementSize: 2)) {
            _ = try cursor.readString()
            _ = try cursor.readString()
        }
        #expect(try cursor.readEncapsulation().encoding.isSupported)
    }

    @Test(
        "A header that is not one is refused",
        arguments: [
            ("48636550 01000100 00 00 0e000000", "bad magic"), ("49636551 01000100 00 00 0e000000", "bad magic"),
            ("49636550 02000100 00 00 0e000000", "protocol"), ("49636550 01010100 00 00 0e000000", "protocol"),
            ("49636550 01000101 00 00 0e000000", "protocol"), ("49636550 01000200 00 00 0e000000", "protocol"),
            ("49636550 01000100 05 00 0e000000", "type 5"), ("49636550 01000100 ff 00 0e000000", "type 255"),
            ("49636550 01000100 00 00 0d000000", "of 13 bytes"), ("49636550 01000100 00 00 00000000", "of 0 bytes"),
            ("49636550 01000100 00 00 ffffffff", "of -1 bytes"), ("49636550 01000100 00 00 01040000", "of 1025 bytes"),
            ("49636550 01000100 00 00 ffffff7f", "of 2147483647 bytes"),
        ])
    func badHeaders(hex: String, part: String) throws {
        #expect {
            try withCursor(bytes(hex)) { cursor throws(MarshalError) in
                _ = try MessageHeader(&cursor, maximumSize: 1024)
            }
        } throws: { error in
            guard let error = error as? MarshalError else { return false }
            return error.code == .badHeader && error.message.contains(part)
        }
    }

    @Test("A message of exactly the largest size is taken")
    func largestMessage() throws {
        let header = try withCursor(bytes("49636550 01000100 02 02 00040000")) { cursor throws(MarshalError) in
            try MessageHeader(&cursor, maximumSize: 1024)
        }
        #expect(header == MessageHeader(kind: .reply, compression: 2, messageSize: 1024))
    }

    @Test("A header cut short is truncated", arguments: 0..<14)
    func truncatedHeaders(count: Int) throws {
        let cut = try Array(bytes("49636550 01000100 03 00 0e000000").prefix(count))
        let found = code(cut) { cursor throws(MarshalError) in _ = try MessageHeader(&cursor, maximumSize: 1024) }
        #expect(found == .truncated)
    }
}
