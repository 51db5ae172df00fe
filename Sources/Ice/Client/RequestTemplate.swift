package import IceEncoding

/// The bytes of a request up to its parameters, encoded once for many requests.
package struct RequestTemplate: Sendable {
    /// Message header, request id, identity, facet, operation, mode and context; size and id are filled in for each
    /// request.
    let bytes: [UInt8]
    /// Where the facet stands.
    private let facetRange: Range<Int>
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
        let facetStart = buffer.count
        buffer.appendFacet(facet)
        facetRange = facetStart..<buffer.count
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
    package init(batch operation: String) {
        var buffer = OutputBuffer(minimumCapacity: MessageHeader.size)
        _ = buffer.beginMessage(.batchRequest)
        contextStart = buffer.count
        facetRange = contextStart..<contextStart
        bytes = Array(buffer.bytes)
        self.operation = operation
        mode = .normal
    }

    /// The same for another facet of the object.
    private init(_ other: RequestTemplate, facet: String) {
        var buffer = OutputBuffer(minimumCapacity: other.bytes.count + facet.utf8.count + 8)
        other.bytes.withUnsafeBytes {
            buffer.append(UnsafeRawBufferPointer(rebasing: $0[..<other.facetRange.lowerBound]))
        }
        buffer.appendFacet(facet)
        facetRange = other.facetRange.lowerBound..<buffer.count
        other.bytes.withUnsafeBytes {
            buffer.append(UnsafeRawBufferPointer(rebasing: $0[other.facetRange.upperBound...]))
        }
        contextStart = other.contextStart + facetRange.count - other.facetRange.count
        bytes = Array(buffer.bytes)
        operation = other.operation
        mode = other.mode
    }

    /// The same for another facet of the object.
    package func withFacet(_ facet: String) -> RequestTemplate { RequestTemplate(self, facet: facet) }

    /// What stands in a batch for a request: it has no header and no id.
    var batched: ArraySlice<UInt8> { bytes[Self.batchedStart...] }

    private static var batchedStart: Int { MessageHeader.size + MemoryLayout<Int32>.size }
}

extension RequestTemplate {
    // MARK: With a context of the request's own

    /// As ``size`` with that context instead; nil is the template's own.
    package func size(with context: RequestContext?) -> Int {
        context.map { contextStart + $0.bytes.count } ?? size
    }

    /// Appends a request of a batch up to its parameters.
    ///
    /// - Parameter context: instead of the template's.
    package func appendBatched(with context: RequestContext?, into buffer: inout OutputBuffer) {
        let end = context == nil ? bytes.count : contextStart
        bytes.withUnsafeBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[Self.batchedStart..<end])) }
        if let context { buffer.append(context.bytes) }
    }
}
