import Chat
import Glibc
import Ice

/// Called by the server.
struct Ear: Listener {
    let heard: AsyncStream<String>.Continuation

    func hear(text: String, current: Ice.Current) async throws { heard.yield(text) }
}

@main
struct Client {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            let text = arguments.dropFirst().first ?? "room:tcp -h 127.0.0.1 -p 4066"
            let room = try Ice.makeProxy(communicator: communicator, proxyString: text, type: RoomPrx.self)
            try await chat(room, communicator)
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    static func chat(_ room: RoomPrx, _ communicator: Ice.Communicator) async throws {
        let (words, heard) = AsyncStream<String>.makeStream()
        // An object adapter that listens nowhere.
        let adapter = try communicator.createObjectAdapter("")
        let ear = try adapter.addWithUUID(Ear(heard: heard))
        // What comes over the connection to the server is for its objects.
        try await room.ice_getConnection()?.setAdapter(adapter)

        try await room.join(ListenerPrx(untyped: ear))
        for text in ["Hello!", "Is anybody there?"] { try await room.say(text) }
        for await text in words.prefix(2) { print("heard: \(text)") }
    }
}
