import Ice
import IceEncoding
import IceTesting
import Synchronization

/// A locator and its registry, in a communicator of their own; notes what adapters say.
final class ScriptedRegistry: Sendable {
    /// What an operation of the registry was called with: `A tcp -h …`, `A @ Group nil`.
    let told = Notes<String>()
    let servant = MockServant(["::Ice::LocatorRegistry"])
    private let locatorServant = MockServant(["::Ice::Locator"])
    private let exceptions = Mutex<[String]>([])

    /// Runs `body` with the text of the locator's proxy.
    static func run(
        hasRegistry: Bool = true, _ body: (ScriptedRegistry, _ locator: String) async throws -> Void
    ) async throws {
        let registry = ScriptedRegistry()
        try await withCommunicator { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "R", endpoints: "tcp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: registry.servant, id: Identity(name: "registry"))
            let content = try ProxyContent.parse(hasRegistry ? proxy.ice_toString() : "")
            registry.locatorServant.on("getRegistry") { request in
                let encoding = request.current.encoding
                return OutgoingResponse(
                    outEncaps: Encapsulation.make(encoding) { $0.appendProxy(content, encoding: encoding) })
            }
            let locator = try adapter.add(servant: registry.locatorServant, id: Identity(name: "locator"))
            try adapter.activate()
            defer {
                registry.servant.removeOperations()
                registry.locatorServant.removeOperations()
            }
            try await body(registry, locator.ice_toString())
        }
    }

    private init() {
        servant.on("setAdapterDirectProxy") { [self] request in
            try answer(request) { [try $0.readString()] }
        }
        servant.on("setReplicatedAdapterDirectProxy") { [self] request in
            try answer(request) { [try $0.readString(), try $0.readString()] }
        }
    }

    /// Lets the next call end in a user exception.
    func refuse(_ typeId: String) { exceptions.withLock { $0.append(typeId) } }

    private func answer(
        _ request: IncomingRequest, _ names: (inout InputCursor) throws -> [String]
    ) throws -> OutgoingResponse {
        let encoding = request.current.encoding
        let text = try Encapsulation.read(request.inEncaps) { cursor in
            let name = try names(&cursor).joined(separator: " @ ")
            let proxy = try cursor.readProxy(encoding)
            return "\(name) \(proxy.map { $0.endpoints.map { "\($0)" }.joined(separator: ":") } ?? "nil")"
        }
        told.add(text)
        let refusal = exceptions.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let refusal else { return OutgoingResponse(emptyFor: encoding) }
        return OutgoingResponse(
            ok: false,
            outEncaps: Encapsulation.make(encoding) { buffer in
                buffer.append(0x20 as UInt8)
                buffer.appendString(refusal)
            })
    }
}
