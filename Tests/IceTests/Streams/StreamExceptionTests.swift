import Ice
import Testing

@Suite("User exceptions through the streams", .timeLimit(.minutes(5)))
struct StreamExceptionTests {
    private static let declared: [UserException.Type] = [
        V.Err.self, V.ErrD.self, V.ErrC.self, V.ErrCD.self, V.ErrO.self, V.ErrE.self,
    ]
    private static let known = declared + [V.ErrX.self]

    private static let replies = Result { try StreamVector.load("SliceJSONTests/Vectors/replies.json") }

    /// The encapsulation of a recorded reply.
    private static func encapsulation(_ vector: StreamVector) -> [UInt8] { Array(vector.bytes.dropFirst(19)) }

    @Test("are read, and written as they were")
    func exceptions() async throws {
        let vectors = try Self.replies.get().filter { $0.id.hasPrefix("rep-ex-") || $0.id.hasPrefix("rep-undeclared") }
        try #require(vectors.count == 27)
        try await withTypes { communicator in
            for vector in vectors {
                let bytes = Self.encapsulation(vector)
                let (exception, typeId) = try InputStream.decodeException(
                    bytes, communicator: communicator, declared: Self.known)
                let found = try #require(exception, "\(vector.id)")
                #expect(found.ice_id() == typeId, "\(vector.id)")
                var ostr = OutputStream(communicator: communicator, encoding: vector.version, format: .slicedFormat)
                ostr.write(found)
                let written = try ostr.finished()
                // Ice 3.7 writes them in the compact format, which has no sizes.
                if vector.id.hasSuffix("@3.7") {
                    let newer = try #require(Self.replies.get().first { "\($0.id)@3.7" == vector.id })
                    #expect(written == Self.encapsulation(newer), "\(vector.id)")
                } else {
                    #expect(written == bytes, "\(vector.id)")
                }
            }
        }
    }

    @Test("of unknown types are their bases", arguments: ["rep-ex-ErrX/1.1", "rep-ex-ErrX/1.0"])
    func sliced(id: String) async throws {
        let vector = try #require(Self.replies.get().first { $0.id == id })
        let (exception, typeId) = try InputStream.decodeException(
            Self.renamed(Self.encapsulation(vector), "::V::ErrX", "::V::ErrQ"), communicator: nil, declared: Self.declared)
        let base = try #require(exception as? V.ErrD)
        #expect(base.ice_id() == "::V::ErrD" && typeId == "::V::ErrQ")
        #expect(!base.reason.isEmpty)
    }

    @Test("of which nothing is known are not read", arguments: ["", "/1.0", "@3.7"])
    func unknown(suffix: String) async throws {
        let id = suffix == "/1.0" ? "rep-ex-ErrX/1.0" : "rep-ex-ErrX/1.1\(suffix)"
        let vector = try #require(Self.replies.get().first { $0.id == id })
        let (exception, typeId) = try InputStream.decodeException(
            Self.renamed(Self.encapsulation(vector), "::V::Err", "::W::Err"), communicator: nil, declared: [V.ErrE.self])
        #expect(exception == nil && typeId == "::W::ErrX")
    }

    /// With other type ids, as long: generated code of other tests knows these in this process.
    private static func renamed(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        var bytes = bytes
        for start in bytes.indices.dropLast(old.utf8.count)
        where bytes[start..<start + old.utf8.count].elementsEqual(old.utf8) {
            bytes.replaceSubrange(start..<start + old.utf8.count, with: new.utf8)
        }
        return bytes
    }
}
