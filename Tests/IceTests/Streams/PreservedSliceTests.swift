@testable import Ice
import Testing

@Suite("Slices of unknown types", .timeLimit(.minutes(5)))
struct PreservedSliceTests {
    private static let vectors = Result { try StreamVector.load("SliceJSONTests/Vectors/preserved-slices.json") }

    /// What a receiver gets, and what it sends back.
    private static let echoes = [
        (
            "wolf", 1,
            "011d093a3a563a3a576f6c660d0000000200000001250150ff0101310b3a3a563a3a416e696d616c0900000004686172653202060000000157"
        ),
        (
            "alpha", 2,
            "01134d06000000017219093a3a563a3a576f6c66090000000400000001010111083a3a563a3a446f670800000001000000310b3a3a563a3a416e696d616c0600000001643203060000000141"
        ),
        ("alien", 1, "01390a3a3a563a3a416c69656e09000000035a6f67010101310b3a3a563a3a416e696d616c060000000170"),
        ("compact id", 2, "0113ff2c010000080000000200000033070800000001000000"),
    ]

    @Test(
        "are kept, and written as they were, also where circles are accepted", arguments: echoes,
        [["Ice.AcceptClassCycles": "0"], ["Ice.AcceptClassCycles": "1"]] as [Properties])
    func kept(echo: (name: String, slices: Int, hex: String), properties: Properties) async throws {
        let bytes = Vectors.bytes(echo.hex)
        let vectors = try Self.vectors.get()
        #expect(vectors.contains { $0.bytes == bytes })
        try await withTypes(TypeLoader.bases, properties) { communicator in
            let written = try transcode(
                bytes, .v1_1, .slicedFormat, communicator: communicator, with: instances(Value?.self))
            #expect(written == bytes)
            let value = try InputStream.decode(encapsulation(bytes, .v1_1), communicator: communicator) { istr in
                try istr.read(Value?.self)
            }
            #expect(value?.ice_getSlicedData()?.slices.count == echo.slices)
        }
    }

    @Test("are dropped in the compact format, but for an instance of which nothing is known")
    func compact() async throws {
        let vectors = try Self.vectors.get()
        let expected = try #require(vectors.first { $0.id == "preserved-sliced-wolf-1.1-echo" })
        try await withTypes(TypeLoader.bases) { communicator in
            let wolf = Vectors.bytes(Self.echoes[0].2)
            let written1 = try transcode(wolf, .v1_1, communicator: communicator, with: instances(Value?.self))
            #expect(written1 == expected.bytes)
            let alien = Vectors.bytes(Self.echoes[2].2)
            let written2 = try transcode(alien, .v1_1, communicator: communicator, with: instances(Value?.self))
            #expect(written2 == alien)
        }
    }

    @Test("are dropped in encoding 1.0")
    func old() async throws {
        let vectors = try Self.vectors.get()
        let expected = try #require(vectors.first { $0.encoding == "1.0" })
        let sent = Vectors.bytes(
            "ffffffff010100000000093a3a563a3a576f6c660c00000002000000feffffff000b3a3a563a3a416e696d616c060000000157000d3a3a4963653a3a4f626a6563740500000000010200000001020900000004686172650103050000000000"
        )
        try await withTypes(TypeLoader.bases) { communicator in
            let written3 = try transcode(sent, .v1_0, communicator: communicator, with: instances(V.Animal?.self))
            #expect(written3 == expected.bytes)
        }
    }

    @Test("that refer back to their own instance are kept where circles are accepted")
    func circle() async throws {
        // A Pack, which is an Animal, whose own slice names an Animal Dog and itself.
        let pack = Vectors.bytes(
            "0119093a3a563a3a5061636b060000000102"
                + "0201310b3a3a563a3a416e696d616c060000000178" + "02" + "3202060000000157")
        try await withTypes(TypeLoader.bases) { communicator in
            // A circle keeps itself alive until somebody breaks it.
            let written4 = try transcode(pack, .v1_1, .slicedFormat, communicator: communicator) { istr in
                let value = try istr.read(Value?.self)
                return { ostr in
                    ostr.write(value)
                    value?.slicedData = nil
                }
            }
            #expect(written4 == pack)
        }
        try await withTypes(TypeLoader.bases, [:]) { communicator in
            #expect(throws: MarshalError.self) {
                try transcode(pack, .v1_1, .slicedFormat, communicator: communicator, with: instances(Value?.self))
            }
        }
    }

    @Test("nested in each other are read in one go")
    func nested() async throws {
        // Each names the next one in the table of a slice of an unknown type.
        let depth = 50
        var bytes: [UInt8] = []
        for index in 0..<depth {
            let header: [UInt8] = index == 0 ? [1, 0x19] + [8] + Array("::V::Odd".utf8) : [1, 0x1A, 1]
            bytes += header + [5, 0, 0, 0, 1, 1]
        }
        bytes += [1, 0x32, 1, 4, 0, 0, 0]
        for index in 0..<depth {
            let header: [UInt8] = index == 0 ? [0x31] + [11] + Array("::V::Animal".utf8) : [0x32, 2]
            bytes += header + [6, 0, 0, 0, 1, 0x61]
        }
        try await withTypes(TypeLoader.bases) { communicator in
            let written5 = try transcode(
                bytes, .v1_1, .slicedFormat, communicator: communicator, with: instances(Value?.self))
            #expect(written5 == bytes)
        }
    }
}
