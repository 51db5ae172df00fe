import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Messages with bzip2")
struct MessageCompressionTests {
    static let message = RawMessages.request(
        id: 7, parameters: Encapsulation.make { $0.append(Compression.prose(3_000)) })

    /// What follows its header.
    static let expected = Array(message.dropFirst(14))

    @Test("a message is itself again", arguments: [100, 101, 1_000, 65_536, 65_550, 131_086, 300_000], 1...9)
    func comesBack(size: Int, level: Int) throws {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(.reply, compression: 1)
        buffer.append([UInt8](repeating: 0x61, count: size / 2))
        buffer.append(Compression.prose(size - 14 - size / 2))
        buffer.endMessage(start)
        let message = Array(buffer.bytes)
        try #require(message.count == size)
        guard size > 101 else {
            // So short that bzip2's own bytes may be more; nothing is lost then.
            if let compressed = try? Compression.compressed(message, level: level) {
                #expect(try Compression.inflated(compressed).dropFirst(10) == message.dropFirst(10))
            }
            return
        }
        let compressed = try Compression.compressed(message, level: level)
        #expect(compressed.count < message.count)
        #expect(compressed[9] == 2 && compressed[21] == UInt8(ascii: "0") + UInt8(level))
        #expect(try Compression.inflated(compressed).dropFirst(10) == message.dropFirst(10))
        #expect(compressed[..<9] == message[..<9])
    }

    @Test("short messages and those that would not get smaller stay as they are")
    func staysAsItIs() {
        func gets(smaller payload: [UInt8]) -> Bool {
            (try? Compression.compressed(RawMessages.reply(id: [1, 0, 0, 0], body: payload))) != nil
        }
        #expect(!gets(smaller: [UInt8](repeating: 0, count: 80)))
        #expect(gets(smaller: [UInt8](repeating: 0, count: 81)))
        for size in [81, 1_000, 100_000] { #expect(!gets(smaller: Compression.noise(size))) }
    }

    @Test("a message that ends anywhere too early is refused")
    func truncated() throws {
        let body = Array(try Compression.compressed(Self.message).dropFirst(14))
        for end in 0..<body.count {
            #expect(throws: MarshalError.self) { try Self.inflate(Array(body[..<end])) }
        }
        #expect(try Self.inflate(body) == Self.expected)
        #expect(throws: MarshalError.self) { try Self.inflate(body + [0]) }
        // A second stream behind the first.
        #expect(throws: MarshalError.self) { try Self.inflate(body + body.dropFirst(4)) }
    }

    @Test("a message with any one bit changed is refused, or the same")
    func damaged() throws {
        let body = Array(try Compression.compressed(Self.message).dropFirst(14))
        var same = 0
        for bit in 0..<body.count * 8 {
            var damaged = body
            damaged[bit / 8] ^= 1 << (bit % 8)
            guard let result = try? Self.inflate(damaged) else { continue }
            #expect(result == Self.expected)
            same += 1
        }
        // Larger blocks than needed are no damage, nor are the padding's bits and those that say nothing.
        #expect(same < 40)
    }

    @Test("a size that is not that of the message is refused")
    func wrongSize() throws {
        let size = Int32(Self.message.count)
        let stream = Array(try Compression.compressed(Self.message).dropFirst(18))
        for wrong in [.min, -1, 0, 13, 14, 15, size - 1, size + 1, 1 << 20, 1 << 20 + 1, .max] as [Int32] {
            let message = Compression.wrapped(stream, kind: .request, size: wrong)
            #expect(throws: MarshalError.self) { try Compression.inflated(message) }
            #expect(throws: MarshalError.self) { try Compression.inflated(message, maximumSize: Int(Int32.max)) }
        }
        #expect(try Compression.inflated(Compression.wrapped(stream, kind: .request, size: size)).count == size)
    }

    @Test("the maximum size is that of the message without compression")
    func maximumSize() throws {
        let compressed = try Compression.compressed(Self.message)
        #expect(try Compression.inflated(compressed, maximumSize: Self.message.count).count == Self.message.count)
        #expect(throws: MarshalError.self) {
            try Compression.inflated(compressed, maximumSize: Self.message.count - 1)
        }
    }

    @Test("what unfolds to more than was said is not unfolded")
    func bomb() throws {
        let bomb = try Compression.compressed(
            RawMessages.reply(id: [1, 0, 0, 0], body: [UInt8](repeating: 0, count: 40_000_000)), level: 9)
        #expect(bomb.count < 200)
        let stream = Array(bomb.dropFirst(18))
        let refusal = #expect(throws: MarshalError.self) {
            try Compression.inflated(Compression.wrapped(stream, kind: .reply, size: 1 << 20))
        }
        #expect(refusal?.message.contains("longer than the \(1 << 20 - 14) bytes") == true)
    }

    @Test("one inflater takes many messages, the broken ones too")
    func reuse() throws {
        var inflater = MessageInflater()
        for size in [1_000, 900_000, 101, 70_000] {
            let message = RawMessages.reply(id: [1, 0, 0, 0], body: [UInt8](repeating: 9, count: size))
            let body = Array(try Compression.compressed(message).dropFirst(14))
            let inflated = try body.withUnsafeBytes { try Array(inflater.inflate($0, maximumSize: 1 << 20)) }
            #expect(inflated == Array(message.dropFirst(14)))
            let failed = body.dropLast(3).withUnsafeBytes { body in
                do throws(MarshalError) {
                    _ = try inflater.inflate(body, maximumSize: 1 << 20)
                    return false
                } catch {
                    return true
                }
            }
            #expect(failed)
        }
    }

    private static func inflate(_ body: [UInt8]) throws -> [UInt8] {
        var inflater = MessageInflater()
        return try body.withUnsafeBytes { try Array(inflater.inflate($0, maximumSize: 1 << 20)) }
    }
}
