import EventLoop

extension RawPeer {
    // MARK: From asynchronous code

    /// Runs `body` beside a peer that is stopped at the end.
    ///
    /// - Throws: what `body` throws; ``RawConnection/Failure`` when the system refuses.
    public static func run<Value>(
        _ script: @escaping Script, _ body: (RawPeer) async throws -> Value
    ) async throws -> Value {
        let peer = try RawPeer(script)
        do {
            let value = try await body(peer)
            try await peer.end()
            return value
        } catch {
            try await peer.end()
            throw error
        }
    }

    /// As ``stop()``, which blocks until scripts have ended, without blocking a thread of Swift's pool.
    ///
    /// - Throws: when the system has no thread left.
    public func end() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            do {
                try JoinableThread(name: "raw-peer-end") { [self] in
                    stop()
                    continuation.resume()
                }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
