// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

import Ice
import Synchronization
import Testing

/// A proxy and a servant as a Slice compiler writes them.
private struct EchoPrx: Proxy {
    static let ice_staticId = "::V::Echo"
    let untyped: ObjectPrx

    private static let exceptions: [UserException.Type] = [V.Err.self, V.ErrC.self]

    func greet(_ name: String) throws -> InvocationFuture<String> {
        try _invokeAsync("greet", write: { $0.write(name) }, read: { try $0.read() }, throws: Self.exceptions)
    }

    func echo(_ animal: V.Animal?, format: FormatType? = nil) throws -> InvocationFuture<V.Animal?> {
        try _invokeAsync(
            "echo", format: format,
            write: {
                $0.write(animal)
                $0.writePendingValues()
            }, read: { try $0.read() })
    }

    func note(_ number: Int32?) throws -> InvocationFuture<Void> {
        try _invokeAsync("note", needs: .any, write: { $0.write(tag: 1, number) }, read: { _ in })
    }
}

private final class Numbers: Sendable {
    private let numbers = Mutex<[Int32?]>([])
    var all: [Int32?] { numbers.withLock { $0 } }
    func add(_ number: Int32?) { numbers.withLock { $0.append(number) } }
}

private struct Echo: Servant {
    let notes = Numbers()
    var iceTypeIds: [String] { ["::V::Echo"] }

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        switch current.operation {
        case "greet":
            let name: String = try request.decode { try $0.read() }
            try await request.validating([V.Err.self, V.ErrC.self]) { try throwOne(name) }
            return try current.makeOutgoingResponse { $0.write("hello \(name)") }
        case "echo":
            let animal: V.Animal? = try request.decode { try $0.read() }
            return try current.makeOutgoingResponse {
                $0.write(animal)
                $0.writePendingValues()
            }
        case "note":
            notes.add(try request.decode { try $0.read(tag: 1) })
            return current.makeEmptyOutgoingResponse()
        default: throw LocalException(.operationNotExist, "")
        }
    }

    private func throwOne(_ name: String) throws {
        switch name {
        case "Err":
            let error = V.Err()
            error.reason = "why"
            throw error
        case "ErrX":
            let error = V.ErrX()
            (error.reason, error.code, error.extra) = ("why", 4, "more")
            throw error
        case "ErrC":
            let (error, dog) = (V.ErrC(), V.Dog())
            (dog.name, dog.barks) = ("Rex", 3)
            error.culprit = dog
            throw error
        case "ErrE": throw V.ErrE()
        default: break
        }
    }
}

@Suite("Calls of known types", .timeLimit(.minutes(5)))
struct TypedCallTests {
    private func withEcho(
        _ encoding: EncodingVersion = .v1_1, _ body: (EchoPrx, Echo) async throws -> Void
    ) async throws {
        let data = InitializationData(sliceLoader: TypeLoader(TypeLoader.bases))
        let server = try Ice.initialize(data)
        let client = try Ice.initialize(data)
        do {
            let adapter = try server.createObjectAdapterWithEndpoints(name: "E", endpoints: "tcp -h 127.0.0.1 -p 0")
            let servant = Echo()
            let target = try adapter.add(servant: servant, identity: Identity(name: "echo"))
            try adapter.activate()
            let proxy = try makeProxy(communicator: client, proxyString: "\(target)", type: EchoPrx.self)
            try await body(proxy.ice_encodingVersion(encoding), servant)
        } catch {
            await client.destroy()
            await server.destroy()
            throw error
        }
        await client.destroy()
        await server.destroy()
    }

    @Test("parameters and results go there and back", arguments: [EncodingVersion.v1_0, .v1_1])
    func results(encoding: EncodingVersion) async throws {
        try await withEcho(encoding) { proxy, _ in
            let text = try await proxy.greet("world").value
            #expect(text == "hello world")
            let puppy = V.Puppy()
            (puppy.name, puppy.barks, puppy.cute) = ("Pip", 1, true)
            puppy.mother = V.Dog()
            let echo = try await proxy.echo(puppy, format: .slicedFormat).value as? V.Puppy
            #expect(echo?.name == "Pip" && echo?.barks == 1 && echo?.cute == true && echo?.mother is V.Dog)
            let null = try await proxy.echo(nil).value
            #expect(null == nil)
        }
    }

    @Test("declared exceptions arrive, with all that derives from them", arguments: [EncodingVersion.v1_0, .v1_1])
    func declared(encoding: EncodingVersion) async throws {
        try await withEcho(encoding) { proxy, _ in
            let plain = try await proxy.greet("Err").exception as? V.Err
            #expect(plain?.reason == "why")
            // The client knows no type of it but the declared base.
            let sliced = try await proxy.greet("ErrX").exception as? V.Err
            #expect(sliced?.reason == "why" && sliced?.ice_id() == "::V::Err")
            let culprit = try await proxy.greet("ErrC").exception as? V.ErrC
            #expect((culprit?.culprit as? V.Dog)?.barks == 3)
        }
    }

    @Test("79: an undeclared exception becomes UnknownUserException")
    func undeclared() async throws {
        try await withEcho { proxy, _ in
            let error = try await proxy.greet("ErrE").exception as? LocalException
            #expect(error?.code == .unknownUser)
        }
    }

    @Test("changed copies are of the same type; optional values need encoding 1.1")
    func options() async throws {
        try await withEcho { proxy, servant in
            let changed: EchoPrx = proxy.ice_invocationTimeout(20_000).ice_context(["key": "value"])
            try await changed.note(7).value
            try await changed.ice_encodingVersion(.v1_0).note(7).value
            try await changed.note(nil).value
            #expect(servant.notes.all == [7, nil, nil])
            let error = try await proxy.ice_encodingVersion(EncodingVersion(major: 1, minor: 9)).note(1).exception
            #expect((error as? LocalException)?.code == .marshal)
        }
    }
}
