import IceEncoding
import Testing

@Suite("Optional values that nobody asked for")
struct TaggedValueTests {
    @Test(
        "Every format is skipped by its size",
        arguments: [
            "", "0801", "09feff", "0a44332211", "0b0100000000000000", "0c01", "0cff00010000", "0d03686579",
            "0d080100 0000feff ffff", "0e08000000 03416e6e1e000102", "0d00", "0e00000000",
            "f2 1e 01000000", "f1 fe 0400", "f0 ff ff000000 01", "f2 05 01000000",
            "0a05000000 150142 e803 f21e01000000 f1fe0400 f0ffff00000001",
        ])
    func skipping(hex: String) throws {
        let all = try bytes(hex)
        try withCursor(all) { cursor throws(MarshalError) in
            try cursor.skipTaggedValues(needsEndMarker: false)
            #expect(cursor.remaining == 0)
        }
        // Inside a slice the end marker belongs to them.
        try withCursor(all + [0xFF, 0x42]) { cursor throws(MarshalError) in
            try cursor.skipTaggedValues(needsEndMarker: true)
            #expect(cursor.remaining == 1)
        }
        #expect(
            code(all) { cursor throws(MarshalError) in try cursor.skipTaggedValues(needsEndMarker: true) } == .truncated
        )
    }

    @Test(
        "What can't be a tag, or can't be skipped, is refused",
        arguments: [
            ("0f", MarshalError.Code.malformed), ("f8", .malformed), ("fe", .malformed), ("07", .malformed),
            ("0a443322", .truncated), ("0d05 00", .truncated), ("0dff ffffffff", .badSize), ("0e ffffffff", .badSize),
            ("0e 05000000 01", .truncated), ("f2", .truncated), ("f2 ff ffffffff", .badSize), ("0c", .truncated),
            ("0e ffffff7f", .truncated),
        ])
    func refusing(hex: String, expected: MarshalError.Code) throws {
        let found = code(try bytes(hex)) { cursor throws(MarshalError) in
            try cursor.skipTaggedValues(needsEndMarker: false)
        }
        #expect(found == expected)
    }

    @Test("Every byte as a tag, alone and with a few behind it, ends in a skip or an error")
    func everyTag() throws {
        for tag in UInt8.min ... .max {
            for tail in [[], [0], [0, 0, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
                try withCursor([tag] + tail) { cursor throws(MarshalError) in
                    do throws(MarshalError) {
                        try cursor.skipTaggedValues(needsEndMarker: false)
                    } catch {
                        #expect([.truncated, .badSize, .malformed].contains(error.code))
                    }
                    #expect(cursor.offset <= 1 + tail.count)
                }
            }
        }
    }

    @Test(
        "The end of an encapsulation: 1.1 may carry optional values and an end marker, 1.0 one more byte",
        arguments: [
            ("", true, true), ("ff", true, true), ("00", true, false), ("0000", false, true),
            ("0a01000000", false, true),
            ("0801", false, true), ("ffff", false, false), ("0801 ff", false, true), ("0801 ff 00", false, false),
            ("0a0100", false, false), ("000000", false, false),
        ])
    func finishing(hex: String, isGoodIn10: Bool, isGoodIn11: Bool) throws {
        let all = try bytes(hex)
        for (encoding, isGood) in [(EncodingVersion.v1_0, isGoodIn10), (.v1_1, isGoodIn11)] {
            let found = code(all) { cursor throws(MarshalError) in try cursor.finish(encoding) }
            #expect((found == nil) == isGood, "\(encoding)")
        }
    }
}
