import Ice
import IceEncoding
import IceTesting
import Testing

/// User exceptions on their way to typed proxies. Reference: Ice manual, "Data Encoding for Exceptions".
@Suite("User exceptions", .timeLimit(.minutes(5)))
struct UserExceptionTests {
    struct Base: Error, Equatable { var reason: String }
    struct Derived: Error, Equatable {
        var reason: String
        var level: Int32
    }

    private static func make(_ exception: inout UserExceptionReader) throws -> (any Error)? {
        switch exception.typeId {
        case "::Test::Derived":
            let level = try exception.members.read(Int32.self)
            try exception.nextSlice()
            return Derived(reason: try exception.members.readString(), level: level)
        case "::Test::Base": return Base(reason: try exception.members.readString())
        default: return nil
        }
    }

    /// What a call comes to when the reply is this user exception.
    private func outcome(
        _ encoding: EncodingVersion = .v1_1, _ write: @escaping @Sendable (inout OutputBuffer) -> Void
    ) async throws -> any Error {
        try await outcome(of: OutgoingResponse(ok: false, outEncaps: Encapsulation.make(encoding, write)))
    }

    private func outcome(of response: OutgoingResponse) async throws -> any Error {
        let servant = MockServant(operations: ["op": { _ in response }])
        var outcome: (any Error)?
        try await withCommunicator { server in
            let adapter = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            let target = try adapter.add(servant: servant, identity: Identity(name: "test"))
            try adapter.activate()
            try await withCommunicator { client in
                let proxy = try #require(try client.makeProxy("\(target)"))
                let future: InvocationFuture<Void> = try proxy.invokeAsync("op") { _ in
                } userException: {
                    try Self.make(&$0)
                }
                outcome = try await future.exception
            }
        }
        return try #require(outcome)
    }

    @Test("11: they arrive typed, in the compact format", arguments: [0x21, 0x31])
    func typed(flags: UInt8) async throws {
        let error = try await outcome { buffer in
            buffer.append(flags)
            buffer.appendString("::Test::Base")
            if flags & 0x10 != 0 { buffer.append(10 as Int32) }
            buffer.appendString("funds")
        }
        #expect(error as? Base == Base(reason: "funds"))
    }

    @Test("with the members of their bases, in the compact and in the sliced format", arguments: [true, false])
    func derived(isSliced: Bool) async throws {
        let error = try await outcome { Self.append(&$0, typeId: "::Test::Derived", isSliced: isSliced) }
        #expect(error as? Derived == Derived(reason: "funds", level: 7))
    }

    @Test("a type that is not known is its base, when the format says where that begins")
    func sliced() async throws {
        let base = try await outcome { Self.append(&$0, typeId: "::Test::Unknown", isSliced: true) }
        #expect(base as? Base == Base(reason: "funds"))
        let unknown = try await outcome { Self.append(&$0, typeId: "::Test::Unknown", isSliced: false) }
        #expect(
            "\(unknown)"
                == "::Ice::UnknownUserException: op ended in the user exception ::Test::Unknown")
    }

    /// A slice with an int, one with a string.
    private static func append(_ buffer: inout OutputBuffer, typeId: String, isSliced: Bool) {
        buffer.append(isSliced ? 0x11 : 0x01 as UInt8)
        buffer.appendString(typeId)
        if isSliced { buffer.append(8 as Int32) }
        buffer.append(7 as Int32)
        buffer.append(isSliced ? 0x31 : 0x21 as UInt8)
        buffer.appendString("::Test::Base")
        if isSliced { buffer.append(10 as Int32) }
        buffer.appendString("funds")
    }

    @Test("an optional member that nobody asks for is passed over")
    func optional() async throws {
        let error = try await outcome { buffer in
            buffer.append(0x05 as UInt8)
            buffer.appendString("::Test::Derived")
            buffer.append(7 as Int32)
            buffer.append([1 << 3 | 2, 0, 0, 0, 0, 0xFF])
            buffer.append(0x21 as UInt8)
            buffer.appendString("::Test::Base")
            buffer.appendString("funds")
        }
        #expect(error as? Derived == Derived(reason: "funds", level: 7))
    }

    @Test("in encoding 1.0", arguments: ["::Test::Derived", "::Test::Unknown"])
    func old(typeId: String) async throws {
        let error = try await outcome(.v1_0) { buffer in
            buffer.appendBool(false)
            buffer.appendString(typeId)
            buffer.append(8 as Int32)
            buffer.append(7 as Int32)
            buffer.appendString("::Test::Base")
            buffer.append(10 as Int32)
            buffer.appendString("funds")
        }
        if typeId == "::Test::Derived" {
            #expect(error as? Derived == Derived(reason: "funds", level: 7))
        } else {
            #expect(error as? Base == Base(reason: "funds"))
        }
    }

    @Test("an unknown one without a known base is unknown", arguments: [EncodingVersion.v1_0, .v1_1])
    func unknown(encoding: EncodingVersion) async throws {
        let error = try await outcome(encoding) { buffer in
            buffer.append(encoding == .v1_0 ? 0 : 0x31 as UInt8)
            buffer.appendString("::Test::Unknown")
            buffer.append(4 as Int32)
        }
        #expect((error as? LocalException)?.code == .unknownUser)
    }

    @Test(
        "what is none can't be read",
        arguments: [
            [], [0x21], [0x21, 1], [0x31, 1, 65, 3, 0, 0, 0], [0x31, 1, 65, 5, 0, 0, 0], [0x31, 1, 65, 0, 0, 0, 0x80],
            [0x11, 1, 65, 4, 0, 0, 0],
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) async throws {
        let error = try await outcome { $0.append(bytes) }
        #expect((error as? LocalException)?.code == .marshal)
    }

    @Test("a base behind instances of classes, or behind the last type, can't be read", arguments: [0x19, 0x31])
    func noBase(flags: UInt8) async throws {
        let error = try await outcome { buffer in
            buffer.append(flags)
            buffer.appendString("::Test::Derived")
            buffer.append(8 as Int32)
            buffer.append(7 as Int32)
        }
        #expect((error as? LocalException)?.code == .marshal)
    }

    @Test("results have to be read to their end, but for optional ones")
    func results() async throws {
        let long = try await outcome(of: OutgoingResponse(outEncaps: Encapsulation.make { $0.append(7 as Int32) }))
        #expect((long as? LocalException)?.code == .marshal)
    }
}
