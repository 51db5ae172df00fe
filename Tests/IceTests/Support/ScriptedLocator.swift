import Ice
import IceEncoding
import IceTesting
import Logging
import Synchronization
import Testing

/// A locator that answers as told, and counts what it is asked. An id of an adapter and the name of a well-known object
/// are both just a name here.
final class ScriptedLocator: Sendable {
    /// What a question is answered with: the text of a proxy, empty for nil; nil when it isn't known.
    typealias Answer = @Sendable (_ count: Int) async throws -> String?

    private struct State {
        var answers: [String: Answer] = [:]
        var counts: [String: Int] = [:]
        var encodings: Set<EncodingVersion> = []
    }

    let servant = MockServant(["::Ice::Locator"])
    private let state = Mutex(State())

    init() {
        servant.on("findAdapterById") { [self] request in
            let id = try Encapsulation.read(request.inEncaps) { try $0.readString() }
            return try await answer(id, notFound: "::Ice::AdapterNotFoundException", request.current.encoding)
        }
        servant.on("findObjectById") { [self] request in
            let name = try Encapsulation.read(request.inEncaps) { cursor in
                let name = try cursor.readString()
                _ = try cursor.readString()
                return name
            }
            return try await answer(name, notFound: "::Ice::ObjectNotFoundException", request.current.encoding)
        }
    }

    /// Forgets all answers.
    func forget() {
        servant.removeOperations()
        state.withLock { $0.answers = [:] }
    }

    func on(_ name: String, _ answer: @escaping Answer) { state.withLock { $0.answers[name] = answer } }

    func on(_ name: String, _ text: String?) { on(name) { _ in text } }

    /// How often each name was asked for.
    var counts: [String: Int] { state.withLock { $0.counts } }

    /// Those in which it was asked.
    var encodings: Set<EncodingVersion> { state.withLock { $0.encodings } }

    private func answer(
        _ name: String, notFound: String, _ encoding: EncodingVersion
    ) async throws -> OutgoingResponse {
        let (answer, count) = state.withLock { state -> (Answer?, Int) in
            state.counts[name, default: 0] += 1
            state.encodings.insert(encoding)
            return (state.answers[name], state.counts[name] ?? 0)
        }
        guard let text = try await answer?(count) else {
            return OutgoingResponse(
                ok: false,
                outEncaps: Encapsulation.make(encoding) { buffer in
                    buffer.append(encoding == .v1_0 ? 0 : 0x20 as UInt8)
                    buffer.appendString(notFound)
                })
        }
        let proxy = try ProxyContent.parse(text, defaults: ProxyDefaults())
        return OutgoingResponse(
            outEncaps: Encapsulation.make(encoding) { $0.appendProxy(proxy, encoding: encoding) })
    }
}

/// A server with an object `greeter`, a locator in another server, and a client that asks it.
struct LocatorScene {
    let locator = ScriptedLocator()
    let greeter = Greeter.servant()
    let server: Communicator
    let client: Communicator
    /// Of the server, as `tcp -h 127.0.0.1 -p 4061`.
    let endpoint: String

    static func run(
        _ properties: Properties = [:], threads: Int = 1, logger: Logger? = nil,
        _ body: (LocatorScene) async throws -> Void
    ) async throws {
        let server = try Communicator(patient())
        do {
            let silent = Logger(label: "Ice") { _ in SwiftLogNoOpLogHandler() }
            let client = try Communicator(patient(properties), threads: threads, logger: logger ?? silent)
            do {
                let scene = try LocatorScene(server, client)
                // Their closures hold the scene.
                defer {
                    scene.locator.forget()
                    scene.greeter.removeOperations()
                }
                try await body(scene)
            } catch {
                await client.destroy()
                throw error
            }
            await client.destroy()
        } catch {
            await server.destroy()
            throw error
        }
        await server.destroy()
    }

    private init(_ server: Communicator, _ client: Communicator) throws {
        self.server = server
        self.client = client
        (_, endpoint) = try Self.serve(greeter, "greeter", in: server)
        let (proxy, _) = try Self.serve(locator.servant, "locator", in: server)
        client.setDefaultLocator(try client.makeProxy(proxy))
    }

    /// - Returns: the text of a proxy, and that of its endpoint.
    @discardableResult
    static func serve(
        _ servant: any Dispatcher, _ name: String, in communicator: Communicator
    ) throws -> (proxy: String, endpoint: String) {
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "", endpoints: "tcp -h 127.0.0.1 -p 0")
        let proxy = try adapter.add(servant: servant, identity: Identity(name: name))
        try adapter.activate()
        return ("\(proxy)", try #require(adapter.endpoints.first).description)
    }

    /// A proxy of the client.
    func proxy(_ text: String) throws -> ObjectPrx { try #require(try client.makeProxy(text)) }

    /// What calls of a proxy come to: `ok`, or the exception's name.
    func call(_ proxy: ObjectPrx, times: Int = 1) async -> [String] {
        var outcomes: [String] = []
        for _ in 0..<times {
            do {
                _ = try await Greeter.greet("alice", proxy)
                outcomes.append("ok")
            } catch let error as LocalException {
                outcomes.append("\(error.code)")
            } catch {
                outcomes.append("\(error)")
            }
        }
        return outcomes
    }
}
