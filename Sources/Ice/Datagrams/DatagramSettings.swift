import IceEncoding

/// What a communicator's properties say about udp.
struct DatagramSettings: Sendable {
    /// In bytes (`Ice.UDP.SndSize`); nil leaves it to the system.
    var sendBufferSize: Int?
    /// In bytes (`Ice.UDP.RcvSize`); nil leaves it to the system.
    var receiveBufferSize: Int?

    /// What IP can carry, in bytes.
    private static let packetSizeMax = 65_535
    /// What IP and UDP put in front of a datagram, in bytes.
    private static let overhead = 28

    /// The longest message that is sent, in bytes.
    var sendLimit: Int { Self.limit(sendBufferSize) }
    /// The longest message that is received, in bytes.
    var receiveLimit: Int { Self.limit(receiveBufferSize) }

    private static func limit(_ bufferSize: Int?) -> Int { min(bufferSize ?? packetSizeMax, packetSizeMax) - overhead }

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties) throws(LocalException) {
        sendBufferSize = try Self.bufferSize(properties, "Ice.UDP.SndSize")
        receiveBufferSize = try Self.bufferSize(properties, "Ice.UDP.RcvSize")
    }

    private static func bufferSize(_ properties: Properties, _ name: String) throws(LocalException) -> Int? {
        let size = try properties.integer(name, default: 0)
        guard size > 0 else { return nil }
        let least = overhead + MessageHeader.size
        guard size >= least, size <= Int(Int32.max) else {
            throw LocalException(.property, "property \(name)=\(size) is not within \(least)...\(Int32.max)")
        }
        return size
    }
}
