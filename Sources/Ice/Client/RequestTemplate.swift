package import IceEncoding

/// The bytes of a request up to its context, encoded once for many requests.
package struct RequestTemplate: Sendable {
    /// Message header, request id, identity, facet, operation and mode; size and id are filled in for each request.
    let bytes: [UInt8]
    package let operation: String
    package let mode: OperationMode

    /// In bytes, the message header included.
    package var size: Int { bytes.count }

    package init(identity: Identity, facet: String = "", operation: String, mode: OperationMode) {
        var buffer = OutputBuffer(minimumCapacity: 128)
        _ = buffer.beginMessage(.request)
        buffer.append(0 as Int32)
        buffer.append(identity)
        buffer.appendFacet(facet)
        buffer.appendString(operation)
        buffer.append(mode.rawValue)
        bytes = Array(buffer.bytes)
        self.operation = operation
        self.mode = mode
    }
}
