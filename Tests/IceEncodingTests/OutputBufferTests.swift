import Glibc
import IceEncoding
import Testing

@Suite("Output buffer")
struct OutputBufferTests {
    @Test(
        "Sizes take one byte up to 254 and five from 255",
        arguments: [
            (0, "00"), (1, "01"), (254, "fe"), (255, "ff ff000000"), (256, "ff 00010000"), (0x7FFF_FFFF, "ff ffffff7f"),
        ])
    func sizes(size: Int, hex: String) throws {
        #expect(written { $0.appendSize(size) } == (try bytes(hex)))
        #expect(try withCursor(bytes(hex)) { cursor throws(MarshalError) in try cursor.readSize() } == size)
    }

    @Test("Numbers go out little endian, in two's complement")
    func numbers() throws {
        let hex = try bytes("01 0080 04030201 0807060504030201 ff")
        let out = written {
            $0.append(1 as UInt8)
            $0.append(Int16.min)
            $0.append(0x0102_0304 as Int32)
            $0.append(0x0102_0304_0506_0708 as Int64)
            $0.append(-1 as Int8)
        }
        #expect(out == hex)
    }

    @Test("Truths are one byte, fractions IEEE 754")
    func fractions() throws {
        let out = written {
            $0.appendBool(true)
            $0.appendBool(false)
            $0.appendFloat(1)
            $0.appendDouble(-0.5)
        }
        #expect(out == (try bytes("01 00 0000803f 000000000000e0bf")))
    }

    @Test("A string is its size in bytes and its UTF-8")
    func strings() throws {
        #expect(written { $0.appendString("") } == [0])
        #expect(written { $0.appendString("hé€😊") } == (try bytes("0a 68c3a9e282acf09f988a")))
        let long = String(repeating: "x", count: 255)
        #expect(written { $0.appendString(long) } == [0xFF, 0xFF, 0, 0, 0] + Array(long.utf8))
    }

    @Test(
        "A size that is filled in later moves what follows only when it must", arguments: [0, 1, 254, 255, 256, 70_000])
    func laterSizes(count: Int) {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let out = written {
            $0.append(0xAA as UInt8)
            let start = $0.beginSize()
            $0.append(content)
            $0.endSize(count, at: start)
            $0.append(0xBB as UInt8)
        }
        let expected = written { $0.appendSize(count) }
        #expect(out == [0xAA] + expected + content + [0xBB])
    }

    @Test("Nested sizes that are filled in later keep what is around them")
    func nestedLaterSizes() {
        let out = written {
            let outer = $0.beginSize()
            for _ in 0..<300 {
                let inner = $0.beginSize()
                $0.append([UInt8](repeating: 1, count: 300))
                $0.endSize(300, at: inner)
            }
            $0.endSize(300, at: outer)
        }
        let inner = [0xFF, 0x2C, 1, 0, 0] + [UInt8](repeating: 1, count: 300)
        #expect(out == [0xFF, 0x2C, 1, 0, 0] + [[UInt8]](repeating: inner, count: 300).flatMap { $0 })
    }

    @Test("An encapsulation's size counts its six bytes")
    func encapsulations() throws {
        let empty = written { $0.endEncapsulation($0.beginEncapsulation()) }
        #expect(empty == (try bytes("06000000 0101")))
        let one = written {
            $0.append(9 as UInt8)
            let start = $0.beginEncapsulation(.v1_0)
            $0.append(5 as Int32)
            $0.endEncapsulation(start)
        }
        #expect(one == (try bytes("09 0a000000 0100 05000000")))
    }

    @Test("Growing keeps what was written, whatever the sizes of the pieces")
    func growing() {
        var random = SplitMix64(seed: 1)
        var expected: [UInt8] = []
        var out = OutputBuffer(minimumCapacity: 0)
        for _ in 0..<500 {
            let piece = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            expected += piece
            out.append(piece)
        }
        #expect(Array(out.bytes) == expected)
        #expect(out.count == expected.count)
    }

    @Test("Bytes are dropped at the end and in front")
    func dropping() {
        var out = OutputBuffer()
        out.append([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        out.truncate(to: 8)
        out.removeFirst(2)
        #expect(Array(out.bytes) == [2, 3, 4, 5, 6, 7])
        out.removeFirst(0)
        #expect(Array(out.bytes) == [2, 3, 4, 5, 6, 7])
        out.removeFirst(6)
        #expect(out.count == 0)
    }

    @Test("A piece moves behind what was written after it", arguments: [(0, 0), (0, 3), (1, 2), (2, 6), (6, 6)])
    func movingToEnd(start: Int, middle: Int) {
        let all: [UInt8] = [0, 1, 2, 3, 4, 5]
        var out = OutputBuffer(minimumCapacity: 16)
        out.append(all)
        out.moveToEnd(from: start, to: middle)
        #expect(Array(out.bytes) == Array(all[..<start] + all[middle...] + all[start..<middle]))
    }

    @Test("A large piece moves behind a small one, and a small one behind a large one")
    func movingLargePieces() {
        for (first, second) in [(1, 5000), (5000, 1), (4096, 4096)] {
            var out = OutputBuffer(minimumCapacity: 16)
            out.append([UInt8](repeating: 1, count: first))
            out.append([UInt8](repeating: 2, count: second))
            out.moveToEnd(from: 0, to: first)
            #expect(
                Array(out.bytes) == [UInt8](repeating: 2, count: second) + [UInt8](repeating: 1, count: first))
        }
    }

    @Test("Released memory holds the bytes, is the receiver's, and leaves an empty buffer that works on")
    func releasing() {
        var out = OutputBuffer()
        out.append([1, 2, 3])
        let memory = out.release()
        defer { free(memory.baseAddress) }
        #expect(Array(memory) == [1, 2, 3])
        #expect(out.count == 0)
        out.append([4])
        #expect(Array(out.bytes) == [4])
        #expect(Array(memory) == [1, 2, 3])
    }

    @Test("Shrinking leaves a buffer that is not empty alone, and one that is usable")
    func shrinking() {
        var out = OutputBuffer()
        out.append([UInt8](repeating: 7, count: 10_000))
        out.shrink(toCapacity: 64)
        #expect(out.count == 10_000)
        out.truncate(to: 0)
        out.shrink(toCapacity: 64)
        out.append([UInt8](repeating: 8, count: 100))
        #expect(Array(out.bytes) == [UInt8](repeating: 8, count: 100))
    }

    @Test("A closure's bytes count as far as it says")
    func fillingRoom() {
        var out = OutputBuffer(minimumCapacity: 16)
        out.append([1])
        out.append(upTo: 1000) { memory in
            memory[0] = 2
            memory[999] = 9
            return 1
        }
        out.append(upTo: 8) { _ in 0 }
        #expect(Array(out.bytes) == [1, 2])
    }

    @Test("Texts go out as they are")
    func texts() {
        #expect(written { $0.append("true") } == Array("true".utf8))
        #expect(written { $0.append(utf8: "é\u{0}") } == [0xC3, 0xA9, 0])
        #expect(written { $0.append([UInt8]()) } == [])
        #expect(written { $0.append(UnsafeRawBufferPointer(start: nil, count: 0)) } == [])
    }
}
