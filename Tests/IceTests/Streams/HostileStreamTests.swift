import Ice
import IceEncoding
import Testing

/// Bytes that no honest peer sends: they are refused, whatever they are.
@Suite("Hostile bytes in the streams", .timeLimit(.minutes(5)))
struct HostileStreamTests {
    @Test("parameters that real servers refuse are refused", arguments: MalformedTests.framingCases)
    func refused(_ vector: MalformedTests.Golden.Case) async throws {
        // The mode is no matter of the bytes, and our limit of depth is that of Ice 3.7.
        guard [5, 7].contains(vector.status), !vector.id.hasPrefix("mode-"), vector.id != "depth-11" else { return }
        try await Self.refuse(vector)
    }

    @Test("parameters that make real servers crash are refused")
    func crash() async throws {
        let vectors = try #require(MalformedTests.golden).cases.filter { $0.crash != nil }
        try #require(!vectors.isEmpty)
        for vector in vectors { try await Self.refuse(vector) }
    }

    private static func refuse(_ vector: MalformedTests.Golden.Case) async throws {
        let message = Vectors.bytes(vector.sent)
        let request = try message.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            try cursor.skip(18)
            return try IncomingRequest(&cursor, requestId: 1, adapter: nil)
        }
        let transcoder = try #require(StreamVectorTests.operations[request.current.operation])
        try await withTypes { communicator in
            #expect(throws: MarshalError.self, "\(vector.id)") {
                _ = try InputStream.decode(request.inEncaps, communicator: communicator, transcoder)
            }
        }
    }

    @Test("recorded parameters with one byte changed, or cut, are read or refused", arguments: [true, false])
    func changed(acceptsCircles: Bool) async throws {
        let files = ["types", "optionals", "classes-compact", "classes-sliced"]
        let vectors = try files.flatMap { try StreamVector.load("SliceJSONTests/Vectors/\($0).json") }
        let operations = StreamVectorTests.operations
        let properties: Properties = ["Ice.AcceptClassCycles": acceptsCircles ? "1" : "0"]
        try await withTypes(TypeLoader.bases, properties) { communicator in
            var refused = 0
            for vector in vectors where vector.bytes.count < 200 {
                let transcoder = try #require(vector.operation.flatMap { operations[$0] })
                func read(_ payload: [UInt8]) {
                    do {
                        _ = try InputStream.decode(
                            encapsulation(payload, vector.version), communicator: communicator, transcoder)
                    } catch {
                        refused += 1
                    }
                }
                for index in vector.bytes.indices {
                    read(Array(vector.bytes[..<index]))
                    for byte in [0, 1, 2, 0x10, 0x3F, 0x7F, 0x80, 0xFE, 0xFF] as [UInt8] {
                        var payload = vector.bytes
                        payload[index] = byte
                        read(payload)
                    }
                }
            }
            #expect(refused > 1_000)
        }
    }

    /// Nodes, each the next one of the one before it.
    private static func nodes(_ depth: Int) -> [UInt8] {
        [1, 0x21, 9] + Array("::V::Node".utf8) + [1, 0x61]
            + (1..<depth).flatMap { _ in [1, 0x22, 1, 1, 0x61] as [UInt8] } + [0]
    }

    @Test("instances nested too deep are refused, on small stacks, too", arguments: [(100, 100), (7, 7), (0, 250)])
    func depth(limit: (property: Int, levels: Int)) async throws {
        let properties: Properties = ["Ice.ClassGraphDepthMax": "\(limit.property)"]
        try await withTypesOnSmallThread(properties) { communicator in
            func transcode(_ levels: Int) throws -> [UInt8] {
                try IceTests.transcode(
                    Self.nodes(levels), .v1_1, communicator: communicator, with: instances(V.Node?.self))
            }
            let written = try transcode(limit.levels)
            #expect(written == Self.nodes(limit.levels))
            #expect(throws: MarshalError.self) { try transcode(limit.levels + 1) }
        }
    }

    @Test("deeper instances are not written")
    func writtenDepth() async throws {
        try await withTypes { communicator in
            let first = V.Node()
            var last = first
            for _ in 0..<100 {
                let next = V.Node()
                last.next = next
                last = next
            }
            var ostr = OutputStream(communicator: communicator)
            ostr.write(first as V.Node?)
            do {
                _ = try ostr.finished()
                Issue.record("written")
            } catch let error as MarshalError {
                #expect(error.code == .malformed)
            }
        }
    }

    @Test("a chain of instances as long as nobody could free is refused", arguments: [1_000, 1_001])
    func chain(length: Int) async throws {
        // A sequence of instances that each refer to the one before.
        var bytes: [UInt8] = [0xFF] + withUnsafeBytes(of: Int32(length).littleEndian) { Array($0) }
        bytes += [1, 0x21, 9] + Array("::V::Node".utf8) + [1, 0x61, 0]
        for index in 1..<length {
            let number = index + 1
            let size =
                number < 255 ? [UInt8(number)] : [0xFF] + withUnsafeBytes(of: Int32(number).littleEndian) { Array($0) }
            bytes += [1, 0x22, 1, 1, 0x61] + size
        }
        let payload = bytes
        try await withTypesOnSmallThread { communicator in
            func read() throws -> Int {
                try InputStream.decode(encapsulation(payload, .v1_1), communicator: communicator) { istr in
                    try istr.read([V.Node?].self).count
                }
            }
            if length > 1_000 {
                #expect(throws: MarshalError.self) { try read() }
            } else {
                let count = try read()
                #expect(count == length)
            }
        }
    }

    @Test(
        "circles are refused unless they are accepted", arguments: ["class-cycle2", "class-selfref", "sliced-cycle2"])
    func circles(id: String) async throws {
        let files = ["classes-compact", "classes-sliced"]
        let vectors = try files.flatMap { try StreamVector.load("SliceJSONTests/Vectors/\($0).json") }
            .filter { $0.id.hasPrefix("\(id)/") }
        try #require(!vectors.isEmpty)
        try await withTypes(TypeLoader.all, [:]) { communicator in
            for vector in vectors {
                #expect(throws: MarshalError.self, "\(vector.id)") {
                    try transcode(
                        vector.bytes, vector.version, communicator: communicator, with: instances(V.Node?.self))
                }
            }
        }
    }

    @Test("long type ids that take long to look up are refused")
    func typeIds() async throws {
        let accents = "::V::Node" + String(repeating: "\u{301}\u{316}", count: 2_000)
        func slice(_ flags: [UInt8], _ version: EncodingVersion) -> [UInt8] {
            var buffer = OutputBuffer()
            if version != .v1_0 { buffer.append(flags) }
            buffer.appendString(accents)
            buffer.append(Int32(4))
            return Array(buffer.bytes)
        }
        let old = encapsulation([0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0, 0, 0, 0] + slice([], .v1_0), .v1_0)
        try await withTypes { communicator in
            let new = encapsulation([1] + slice([0x31], .v1_1), .v1_1)
            for bytes in [new, old] {
                do {
                    _ = try InputStream.decode(bytes, communicator: communicator) { istr in
                        try istr.read(Value?.self)
                    }
                    Issue.record("read")
                } catch let error as MarshalError {
                    #expect(error.code == .badString)
                }
            }
            for version in [EncodingVersion.v1_0, .v1_1] {
                let bytes = encapsulation((version == .v1_0 ? [0] : []) + slice([0x30], version), version)
                #expect(throws: MarshalError.self, "\(version)") {
                    try InputStream.decodeException(bytes, communicator: communicator)
                }
            }
        }
    }

    @Test("proxies with long names that take long to look up are refused", arguments: 0..<4)
    func proxies(place: Int) async throws {
        let accents = String(repeating: "\u{301}\u{316}", count: 2_000)
        var content = ProxyContent(identity: Identity(name: "x"))
        var endpoint = IPEndpoint(.ws, host: place == 0 ? accents : "::1", port: 1)
        if place == 1 { endpoint.resource = accents }
        if place == 2 { content.facet = accents }
        if place == 3 { content.adapterId = accents } else { content.endpoints = [.ip(endpoint)] }
        var buffer = OutputBuffer()
        buffer.appendProxy(content, encoding: .v1_1)
        let bytes = encapsulation(Array(buffer.bytes), .v1_1)
        try await withTypes { communicator in
            #expect(throws: MarshalError.self) {
                try InputStream.decode(bytes, communicator: communicator) { istr in try istr.read(ObjectPrx?.self) }
            }
        }
    }

    @Test("a long key that takes long to hash is refused, another is not")
    func keys() throws {
        func read(_ key: String) throws -> Int {
            var ostr = OutputStream()
            ostr.write([key: Int32(1)])
            return try InputStream.decode(try ostr.finished(), communicator: nil) { istr in
                try istr.read([String: Int32].self).count
            }
        }
        let plain = try read(String(repeating: "a", count: 5_000))
        #expect(plain == 1)
        #expect(throws: MarshalError.self) { try read(String(repeating: "\u{301}", count: 5_000)) }
    }
}
