import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Batches of real clients")
struct BatchClientTests {
    @Test(
        "51: our server dispatches all in their order, whatever becomes of each", .timeLimit(.minutes(1)),
        arguments: [Peer.python38, .python37])
    func dispatched(peer: Peer) async throws {
        let names = (0..<10).map { "a \($0)" } + (0..<200).map { "b \($0)" } + (0..<3).map { "c \($0)" } + ["end"]
        let servant = MockServant()
        for name in names { servant.on(name) { OutgoingResponse(emptyFor: $0.current.encoding) } }
        let communicator = try Communicator()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "o"))
            try adapter.activate()
            try await peer.runBatchClient("\(proxy)")
            var expected = names
            expected.insert("missing", at: 5)
            #expect(servant.calls == expected)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }
}

extension Peer {
    /// Runs the client of this Python that sends batches.
    ///
    /// - Throws: ``HarnessError`` with its standard error when it doesn't exit with 0.
    fileprivate func runBatchClient(_ proxy: String) async throws {
        let process = try ChildProcess.launch([
            "\(Repository.builtPeers)/\(rawValue)/bin/python", "\(Repository.peers)/batch_client.py", proxy,
        ])
        try await ending(process) {
            _ = await process.remainingLines()
            let status = try await process.waitForExit()
            guard status == 0 else {
                throw HarnessError("\(testDescription) client: exit status \(status)\n\(process.standardError)")
            }
        }
    }
}
