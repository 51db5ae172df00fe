public import IceEncoding

/// A user exception as it arrives: the members of its most derived type, then those of the base, and so on. What typed
/// proxies make their exceptions of, see ``ObjectPrx/invokeAsync(_:mode:needs:context:write:read:userException:)``.
///
/// Reference: Ice manual, "Data Encoding for Exceptions".
public struct UserExceptionReader {
    /// The Slice type id of the type whose members come next, as `::Demo::OutOfStock`.
    public private(set) var typeId = ""
    /// At the members of that type; those of its base come after ``nextSlice()``.
    public var members: InputCursor
    private let encoding: EncodingVersion
    private var flags: SliceFlags = .hasSliceSize
    /// Where the slice ends; nil in the compact format, which doesn't say.
    private var end: Int?

    /// - Parameter payload: what is in the encapsulation.
    /// - Throws: ``MarshalError``.
    init(_ payload: InputCursor, encoding: EncodingVersion) throws(MarshalError) {
        members = payload
        self.encoding = encoding
        // Whether there are instances of classes behind the members.
        if encoding == .v1_0 { _ = try members.readBool() }
        try readHeader()
    }

    private mutating func readHeader() throws(MarshalError) {
        if encoding != .v1_0 { flags = SliceFlags(rawValue: try members.read(UInt8.self)) }
        typeId = try members.readName()
        end = nil
        guard flags.contains(.hasSliceSize) else { return }
        let start = members.offset
        let size = Int(try members.read(Int32.self))
        guard size >= 4, size <= members.remaining + 4 else {
            throw MarshalError(.badSize, "slice of \(size) bytes at offset \(start)")
        }
        end = start + size
    }

    /// Goes on with the members of the base, past what is left of those before.
    ///
    /// - Throws: ``MarshalError``, also when there is no base, and when members are instances of classes.
    public mutating func nextSlice() throws(MarshalError) {
        guard !flags.contains(.isLastSlice) else { throw MarshalError(.malformed, "\(typeId) has no base") }
        guard !flags.contains(.hasIndirectionTable) else {
            throw MarshalError(.malformed, "\(typeId) has instances of classes")
        }
        if let end {
            try members.move(to: end)
        } else if flags.contains(.hasOptionalMembers) {
            try members.skipTaggedValues(needsEndMarker: true)
        }
        try readHeader()
    }

    /// As ``nextSlice()`` without having read anything of this one.
    ///
    /// - Returns: false when that can't be: there is no base, or the format doesn't say where it begins.
    mutating func skipSlice() throws(MarshalError) -> Bool {
        guard !flags.contains(.isLastSlice), !flags.contains(.hasIndirectionTable), let end,
            encoding != .v1_0 || end < members.bytes.count
        else { return false }
        try nextSlice()
        return true
    }
}

extension LentReply {
    /// The user exception.
    ///
    /// - Parameters:
    ///   - operation: what was called, for the message.
    ///   - make: makes the exception when it knows the type, else returns nil and is asked for the base.
    /// - Returns: `.unknownUser` with the type id when `make` knows no type of it.
    /// - Throws: ``MarshalError``, and what `make` throws.
    func userException(
        of operation: String, _ make: (inout UserExceptionReader) throws -> (any Error)?
    ) throws -> any Error {
        var cursor = InputCursor(encapsulation)
        let content = try cursor.readEncapsulation()
        var reader = try UserExceptionReader(content.payload, encoding: content.encoding)
        let typeId = reader.typeId
        repeat {
            if let exception = try make(&reader) { return exception }
        } while try reader.skipSlice()
        return LocalException(.unknownUser, "\(operation) ended in the user exception \(typeId)")
    }
}
