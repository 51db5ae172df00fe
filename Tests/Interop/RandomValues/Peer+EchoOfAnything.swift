extension Peer {
    /// Runs `body` with a server of the interface `::Property::Echo` in a Slice file, see `echo_anything.py`. Only the
    /// peers in Python have one.
    func withEchoOfAnything<Result: Sendable>(
        slice: String, _ body: (PeerServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(
            command: [
                "\(Repository.builtPeers)/\(rawValue)/bin/python", "\(Repository.peers)/echo_anything.py", slice,
            ], body)
    }
}
