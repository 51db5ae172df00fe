package import IceEncoding

/// The bytes of a request up to its parameters, encoded once for many requests.
package struct RequestTemplate: Sendable {
    /// Message header, request id, identity, facet, operation, mode and context; size and id are filled in for each
    /// request.
    let bytes: [UInt8]
    /// So many of them come before the context.
    let contextStart: Int
    package let operation: String
    package let mode: OperationMode

    /// In bytes, the message header included.
    package var size: Int { bytes.count }

    /// - Parameter context: what is sent with requests that have no context of their own.
    package init(
        identity: Identity, facet: String = "", operation: String, mode: OperationMode, context: RequestContext = .empty
    ) {
        var buffer = OutputBuffer(minimumCapacity: 128)
        _ = buffer.beginMessage(.request)
        buffer.append(0 as Int32)
        buffer.append(identity)
        buffer.appendFacet(facet)
        buffer.appendString(operation)
        buffer.append(mode.rawValue)
        contextStart = buffer.count
        buffer.append(context.bytes)
        bytes = Array(buffer.bytes)
        self.operation = operation
        self.mode = mode
    }

    /// A batch, whose payload is the number of its requests and the requests.
    ///
    /// - Parameter operation: what the flush is called in messages.
    init(batch operation: String) {
        var buffer = OutputBuffer(minimumCapacity: MessageHeader.size)
        _ = buffer.beginMessage(.batchRequest)
        contextStart = buffer.count
        bytes = Array(buffer.bytes)
        self.operation = operation
        mode = .normal
    }

    /// What stands in a batch for a request: it has no header and no id.
    var batched: ArraySlice<UInt8> { bytes[(MessageHeader.size + MemoryLayout<Int32>.size)...] }
}
