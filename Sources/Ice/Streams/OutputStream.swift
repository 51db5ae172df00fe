public import IceEncoding

/// Writes parameters, results and exceptions into an encapsulation.
public struct OutputStream: ~Copyable {
    @usableFromInline var buffer: OutputBuffer
    /// Of the encapsulation.
    public let encoding: EncodingVersion
    /// Of instances, in encoding 1.1.
    public let format: FormatType
    @usableFromInline let isOld: Bool
    let settings: StreamSettings
    /// What is known about instances and slices; nil until there are some.
    var slices: SliceWriter?
    /// The first thing that could not be written.
    @usableFromInline var error: MarshalError?

    /// Begins an encapsulation.
    init(encoding: EncodingVersion, format: FormatType?, settings: StreamSettings) {
        buffer = OutputBuffer()
        self.encoding = encoding
        self.format = format ?? settings.format
        self.settings = settings
        isOld = encoding == .v1_0
        if !encoding.isSupported {
            error = MarshalError(.unsupportedVersion, "nothing can be written in encoding \(encoding)")
        }
        _ = buffer.beginEncapsulation(encoding)
    }

    /// Begins an encapsulation of its own.
    ///
    /// - Parameter format: of instances; nil for what `Ice.Default.SlicedFormat` says.
    public init(communicator: Communicator? = nil, encoding: EncodingVersion = .v1_1, format: FormatType? = nil) {
        self.init(encoding: encoding, format: format, settings: communicator?.streamSettings ?? .standard)
    }

    /// The encapsulation with its six header bytes.
    ///
    /// - Throws: ``MarshalError`` when something could not be written.
    public consuming func finished() throws(MarshalError) -> [UInt8] {
        if let error { throw error }
        guard buffer.count <= Int(Int32.max) else {
            throw MarshalError(.badSize, "an encapsulation of \(buffer.count) bytes")
        }
        buffer.endEncapsulation(0)
        return Array(buffer.bytes)
    }
}

extension OutputStream {
    // MARK: Values

    /// A value.
    @inlinable
    public mutating func write(_ value: some Streamable) { value._iceWrite(to: &self) }

    /// An Ice size.
    @inlinable
    public mutating func writeSize(_ size: Int) {
        if size > Int(Int32.max) { fail("a sequence of \(size) elements") }
        buffer.appendSize(size)
    }

    /// Notes that something can't be written; the first one counts.
    @usableFromInline
    mutating func fail(_ message: String) {
        if error == nil { error = MarshalError(.malformed, message) }
    }
}
