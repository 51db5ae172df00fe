import Foundation
import IceEncoding
import Testing

@Suite("Marshaled proxies of real Ice peers")
struct ProxyVectorTests {
    struct Vector: Decodable, CustomStringConvertible {
        struct Value: Decodable {
            var text: String

            enum CodingKeys: String, CodingKey { case text = "$proxy" }
        }

        var id: String
        var hex: String
        var encoding: String
        var value: Value?
        var description: String { id }
    }

    private struct VectorFile: Decodable {
        var vectors: [Vector]
    }

    static func load() throws -> [Vector] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/proxies.json")
        return try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: file)).vectors
    }

    private func encoding(_ vector: Vector) throws -> EncodingVersion { try EncodingVersion(parsing: vector.encoding) }

    /// What the peer put in, as it arrives: some things do not travel.
    private func expected(_ vector: Vector) throws -> ProxyContent? {
        guard let value = vector.value else { return nil }
        var proxy = try #require(try ProxyContent.parse(value.text))
        if vector.encoding == "1.0" { proxy.encoding = .v1_0 }
        proxy.endpoints = proxy.endpoints.map { endpoint in
            guard case .ip(var ip) = endpoint else { return endpoint }
            ip.multicastTTL = nil
            ip.multicastInterface = ""
            ip.sourceAddress = ""
            return .ip(ip)
        }
        return proxy
    }

    @Test("all of them are there")
    func count() throws {
        #expect(try Self.load().count == 44)
    }

    @Test("they are read as what was sent")
    func reading() throws {
        for vector in try Self.load() {
            let encoding = try encoding(vector)
            let expected = try expected(vector)
            try withCursor(bytes(vector.hex)) { cursor throws(MarshalError) in
                let proxy = try cursor.readProxy(encoding)
                #expect(cursor.remaining == 0, "\(vector)")
                #expect(proxy == expected, "\(vector)")
            }
        }
    }

    @Test("what was sent is written as they are")
    func writing() throws {
        for vector in try Self.load() {
            let encoding = try encoding(vector)
            let proxy = try vector.value.flatMap { try ProxyContent.parse($0.text) }
            #expect(try written { $0.appendProxy(proxy, encoding: encoding) } == bytes(vector.hex), "\(vector)")
        }
    }

    @Test("they are written as they were read, and their text is read as they were")
    func again() throws {
        for vector in try Self.load() {
            let encoding = try encoding(vector)
            let bytes = try bytes(vector.hex)
            let proxy = try withCursor(bytes) { cursor throws(MarshalError) in try cursor.readProxy(encoding) }
            #expect(written { $0.appendProxy(proxy, encoding: encoding) } == bytes, "\(vector)")
            #expect(try ProxyContent.parse(proxy?.text() ?? "") == proxy, "\(vector)")
        }
    }

    @Test("skipping one ends where reading it ends, with and without its endpoints")
    func skipping() throws {
        for vector in try Self.load() {
            let encoding = try encoding(vector)
            try withCursor(bytes(vector.hex) + [1, 2, 3]) { cursor throws(MarshalError) in
                try cursor.skipProxy(encoding)
                #expect(cursor.remaining == 3, "\(vector)")
            }
            try withCursor(bytes(vector.hex) + [1, 2, 3]) { cursor throws(MarshalError) in
                let proxy = try cursor.readProxy(encoding, withEndpoints: false)
                #expect(cursor.remaining == 3 && proxy?.endpoints.isEmpty != false, "\(vector)")
            }
        }
    }

    @Test("a cut one is an error at every length")
    func truncated() throws {
        for vector in try Self.load() {
            let encoding = try encoding(vector)
            let whole = try bytes(vector.hex)
            for length in 0..<whole.count {
                let cut = Array(whole.prefix(length))
                let read = code(cut) { cursor throws(MarshalError) in _ = try cursor.readProxy(encoding) }
                #expect(read != nil, "\(vector) cut to \(length)")
                let skipped = code(cut) { cursor throws(MarshalError) in try cursor.skipProxy(encoding) }
                #expect(skipped != nil, "\(vector) cut to \(length)")
            }
        }
    }

    @Test("whatever is read of changed bytes is written and read as the same, also as text")
    func mutated() throws {
        var random = SplitMix64(seed: 20)
        let vectors = try Self.load()
        var readable = 0
        for _ in 0..<20_000 {
            let vector = try #require(vectors.randomElement(using: &random))
            let encoding = try encoding(vector)
            var changed = try bytes(vector.hex)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<changed.count, using: &random)
                changed[index] = UInt8.random(in: 0...255, using: &random)
            }
            var proxy: ProxyContent?
            let code = code(changed) { cursor throws(MarshalError) in
                proxy = try cursor.readProxy(encoding)
                let end = cursor.offset
                cursor = InputCursor(cursor.bytes)
                try cursor.skipProxy(encoding)
                #expect(cursor.offset == end)
            }
            guard code == nil, let proxy else { continue }
            readable += 1
            let again = written { $0.appendProxy(proxy, encoding: encoding) }
            #expect(try withCursor(again) { cursor throws(MarshalError) in try cursor.readProxy(encoding) } == proxy)
            guard isSpeakable(proxy) else { continue }
            #expect(try ProxyContent.parse(proxy.text()) == proxy, "\(proxy)")
        }
        #expect(readable > 1000)
    }

    /// Types below 0 and versions 0.x have no text.
    private func isSpeakable(_ proxy: ProxyContent) -> Bool {
        proxy.encoding.major > 0 && proxy.protocolVersion.major > 0
            && proxy.endpoints.allSatisfy {
                guard case .opaque(let opaque) = $0 else { return true }
                return opaque.type >= 0 && opaque.encoding.major > 0
            }
    }
}
