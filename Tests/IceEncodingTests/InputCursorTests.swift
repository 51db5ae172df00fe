import IceEncoding
import Testing

@Suite("Input cursor")
struct InputCursorTests {
    @Test("Numbers come in little endian, from any offset")
    func numbers() throws {
        try withCursor(bytes("ff 0080 04030201 0807060504030201 0000c03f 182d4454fb210940 02 00")) {
            cursor throws(MarshalError) in
            #expect(try cursor.read(UInt8.self) == 255)
            #expect(try cursor.read(Int16.self) == -32768)
            #expect(try cursor.read(Int32.self) == 0x0102_0304)
            #expect(try cursor.read(Int64.self) == 0x0102_0304_0506_0708)
            #expect(try cursor.readFloat() == 1.5)
            #expect(try cursor.readDouble() == Double.pi)
            #expect(try cursor.readBool())
            #expect(try cursor.readBool() == false)
            #expect(cursor.remaining == 0)
            #expect(cursor.offset == 29)
        }
    }

    @Test("A number that is not all there throws and moves nothing", arguments: 0..<8)
    func truncatedNumbers(count: Int) throws {
        try withCursor([UInt8](repeating: 1, count: count)) { cursor throws(MarshalError) in
            #expect(throws: MarshalError.self) { try cursor.read(Int64.self) }
            #expect(throws: MarshalError.self) { try cursor.readDouble() }
            if count < 4 { #expect(throws: MarshalError.self) { try cursor.readFloat() } }
            #expect(cursor.offset == 0)
        }
    }

    @Test("Sizes: the long form is read for small values too, what is missing or negative is refused")
    func sizes() throws {
        #expect(try withCursor(bytes("ff 05000000")) { cursor throws(MarshalError) in try cursor.readSize() } == 5)
        #expect(code([]) { cursor throws(MarshalError) in _ = try cursor.readSize() } == .truncated)
        for count in 1..<5 {
            let cut = [UInt8]([0xFF, 1, 0, 0, 0].prefix(count))
            #expect(code(cut) { cursor throws(MarshalError) in _ = try cursor.readSize() } == .truncated)
        }
        for hex in ["ff ffffffff", "ff 00000080"] {
            #expect(code(try bytes(hex)) { cursor throws(MarshalError) in _ = try cursor.readSize() } == .badSize)
        }
    }

    @Test("A count is believed only as far as its elements can follow")
    func counts() throws {
        func read(_ hex: String, _ minimum: Int) throws(MarshalError) -> Int {
            try withCursor((try? bytes(hex)) ?? []) { cursor throws(MarshalError) in
                try cursor.readCount(minimumElementSize: minimum)
            }
        }
        #expect(try read("00", 8) == 0)
        #expect(try read("02 00000000 00000000", 4) == 2)
        #expect(try read("03 000000", 1) == 3)
        #expect(try read("03 000000", 0) == 3)
        for (hex, minimum) in [
            ("02 00000000 000000", 4), ("01", 1), ("01", 0), ("ff ffffff7f 00", 1), ("ff ffffff7f 00", Int.max),
            ("02 0000", Int.max), ("ff ffffffff", 1),
        ] {
            #expect {
                try read(hex, minimum)
            } throws: { error in
                (error as? MarshalError)?.code == .badSize
            }
        }
    }

    @Test("Bytes are borrowed, a negative or too large length is refused")
    func borrowing() throws {
        try withCursor([1, 2, 3, 4]) { cursor throws(MarshalError) in
            #expect(Array(try cursor.readBytes(0)) == [])
            #expect(Array(try cursor.readBytes(2)) == [1, 2])
            for (count, code) in [
                (3, MarshalError.Code.truncated), (Int.max, .truncated), (-1, .badSize), (.min, .badSize),
            ] {
                #expect {
                    try cursor.skip(count)
                } throws: { error in
                    (error as? MarshalError)?.code == code
                }
            }
            #expect(cursor.offset == 2)
            try cursor.skip(2)
            #expect(cursor.remaining == 0)
        }
    }

    @Test(
        "Strings are UTF-8 and nothing else",
        arguments: [
            ("80", false), ("c080", false), ("c3", false), ("c328", false), ("e08080", false), ("eda080", false),
            ("edbfbf", false), ("f0808080", false), ("f4908080", false), ("f8888080 80", false), ("ff", false),
            ("c3a9", true), ("e0a080", true), ("ed9fbf", true), ("f0908080", true), ("f48fbfbf", true), ("00", true),
            ("6100", true), ("efbbbf", true),
        ])
    func strings(hex: String, isGood: Bool) throws {
        let utf8 = try bytes(hex)
        let text = [UInt8(utf8.count)] + utf8
        if isGood {
            let string = try withCursor(text) { cursor throws(MarshalError) in try cursor.readString() }
            #expect(Array(string.utf8) == utf8)
        } else {
            #expect(code(text) { cursor throws(MarshalError) in _ = try cursor.readString() } == .badString)
        }
    }

    @Test("A string cut at any byte throws")
    func truncatedStrings() throws {
        for count in [1, 254, 255, 300] {
            let all = written { $0.appendString(String(repeating: "s", count: count)) }
            for length in 0..<all.count {
                let found = code(Array(all[..<length])) { cursor throws(MarshalError) in _ = try cursor.readString() }
                #expect(found == .truncated, "\(length) of \(all.count)")
            }
        }
        #expect(
            code(try bytes("ff ffffff7f 61")) { cursor throws(MarshalError) in _ = try cursor.readString() }
                == .truncated)
    }

    @Test("An encapsulation lends its content and leaves the cursor behind it")
    func encapsulations() throws {
        try withCursor(bytes("08000000 0101 aabb  06000000 0100  cc")) { cursor throws(MarshalError) in
            var first = try cursor.readEncapsulation()
            #expect(first.encoding == .v1_1)
            #expect(first.payload.remaining == 2)
            #expect(try first.payload.read(UInt16.self) == 0xBBAA)
            let second = try cursor.readEncapsulation()
            #expect(second.encoding == .v1_0)
            #expect(second.payload.remaining == 0)
            #expect(cursor.remaining == 1)
        }
    }

    @Test(
        "An encapsulation that is smaller than its header or larger than what is left is refused",
        arguments: [
            "05000000 0101", "00000000 0101", "ffffffff 0101", "00000080 0101", "07000000 0101", "ffffff7f 0101 00",
            "06000000 01", "06000000",
        ])
    func badEncapsulations(hex: String) throws {
        let found = code(try bytes(hex)) { cursor throws(MarshalError) in _ = try cursor.readEncapsulation() }
        #expect(found == .badEncapsulation)
    }

    @Test("An encapsulation header cut short is truncated", arguments: 0..<4)
    func truncatedEncapsulations(count: Int) {
        let cut = [UInt8]([6, 0, 0, 0].prefix(count))
        #expect(code(cut) { cursor throws(MarshalError) in _ = try cursor.readEncapsulation() } == .truncated)
    }

    @Test("Encodings 1.0 and 1.1 can be read, no other")
    func versions() {
        #expect(EncodingVersion.v1_0.isSupported)
        #expect(EncodingVersion.v1_1.isSupported)
        #expect(EncodingVersion(major: 1, minor: 2).isSupported == false)
        #expect(EncodingVersion(major: 2, minor: 0).isSupported == false)
        #expect(EncodingVersion(major: 0, minor: 1).isSupported == false)
        #expect(EncodingVersion(major: 3, minor: 7).description == "3.7")
    }
}
