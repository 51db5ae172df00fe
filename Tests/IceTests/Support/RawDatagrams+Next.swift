import IceTesting

extension RawDatagrams {
    /// Waits for a datagram.
    ///
    /// - Returns: it, and the port it came from.
    func next() async throws -> (bytes: [UInt8], port: UInt16) { try await onThread { [self] in try receive() } }
}
