import Chat
import Glibc
import Ice

/// An actor, because its operations share who is there.
actor ChatRoom: Room {
    private var ears: [Ice.Identity: ListenerPrx] = [:]

    func join(ear: ListenerPrx?, current: Ice.Current) async throws {
        guard let connection = current.con, let id = ear?.ice_getIdentity() else { return }
        // Calls go back over the connection that the client made: it needs no port that others can reach.
        ears[id] = ListenerPrx(untyped: try connection.createProxy(id))
        connection.setCloseCallback { _ in Task { await self.leave(id) } }
    }

    func say(text: String, current: Ice.Current) async throws {
        // Oneway, so that nobody who doesn't listen keeps the others waiting.
        for (id, ear) in ears {
            do { try await ear.ice_oneway().hear(text) } catch { leave(id) }
        }
    }

    private func leave(_ id: Ice.Identity) { ears[id] = nil }
}

@main
struct Server {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            try await serve(communicator, arguments)
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    static func serve(_ communicator: Ice.Communicator, _ arguments: [String]) async throws {
        let properties = communicator.getProperties()
        _ = properties.parseCommandLineOptions(prefix: "", options: arguments)
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4066")
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "ChatAdapter", endpoints: endpoints)
        try adapter.add(servant: ChatRoom(), id: Ice.Identity(name: "room"))
        try adapter.activate()
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
