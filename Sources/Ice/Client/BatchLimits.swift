import IceEncoding

/// The sizes of batches that leave without being flushed.
struct BatchLimits: Sendable {
    /// In bytes, header included: a batch that would reach it leaves first.
    var stream: Int
    /// The same for what leaves in one datagram.
    var datagram: Int

    /// Bytes that IP and UDP put in front of a datagram.
    private static let datagramOverhead = 28
    /// What IP can carry, in bytes.
    private static let packetSizeMax = 65_535

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties) throws(LocalException) {
        let name = "Ice.BatchAutoFlushSize"
        let kibibytes = try properties.integer(name, default: 1024)
        guard kibibytes <= Int(Int32.max) / 1024 else {
            throw LocalException(.property, "property \(name)=\(kibibytes) is more than \(Int32.max / 1024) KiB")
        }
        stream = kibibytes < 1 ? Int(Int32.max) : kibibytes * 1024
        let sendSize = try properties.integer("Ice.UDP.SndSize", default: Self.packetSizeMax)
        let packet = sendSize < 1 ? Self.packetSizeMax : min(sendSize, Self.packetSizeMax)
        datagram = min(stream, max(0, packet - Self.datagramOverhead))
    }

    /// That of a proxy's own batches; nil for modes without.
    subscript(_ mode: InvocationMode) -> Int? {
        switch mode {
        case .batchOneway: stream
        case .batchDatagram: datagram
        case .twoway, .oneway, .datagram: nil
        }
    }
}
