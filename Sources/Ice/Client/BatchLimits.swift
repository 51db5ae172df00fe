import IceEncoding

/// The sizes of batches that leave without being flushed.
struct BatchLimits: Sendable {
    /// In bytes, header included: a batch that would reach it leaves first.
    var stream: Int
    /// The same for what leaves in one datagram.
    var datagram: Int

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties, datagrams: DatagramSettings) throws(LocalException) {
        let name = "Ice.BatchAutoFlushSize"
        let kibibytes = try properties.integer(name, default: 1024)
        guard kibibytes <= Int(Int32.max) / 1024 else {
            throw LocalException(.property, "property \(name)=\(kibibytes) is more than \(Int32.max / 1024) KiB")
        }
        stream = kibibytes < 1 ? Int(Int32.max) : kibibytes * 1024
        datagram = min(stream, datagrams.sendLimit)
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
