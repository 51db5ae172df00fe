// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

extension Array: Streamable where Element: Streamable {
    /// Its count.
    @inlinable public static var _iceMinimumWireSize: Int { 1 }
    /// By its elements.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { Element._iceIsVariableLength ? .fSize : .vSize }
    /// The count is the size in bytes when elements take one each.
    @inlinable public static var _iceHasOwnSize: Bool {
        !Element._iceIsVariableLength && Element._iceMinimumWireSize <= 1
    }

    /// Elements behind their count.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> [Element] {
        let count = try istr.cursor.readCount(minimumElementSize: Element._iceMinimumWireSize)
        return try Element._iceReadSequence(count, from: &istr)
    }

    /// Elements behind their count.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) {
        ostr.writeSize(count)
        Element._iceWriteSequence(self, to: &ostr)
    }
}

extension Dictionary: Streamable where Key: Streamable, Value: Streamable {
    /// Its count.
    @inlinable public static var _iceMinimumWireSize: Int { 1 }
    /// By its keys and values.
    @inlinable public static var _iceOptionalFormat: TaggedFormat {
        Key._iceIsVariableLength || Value._iceIsVariableLength ? .fSize : .vSize
    }

    /// Keys and values behind their count; of equal keys the last counts.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> [Key: Value] {
        let count = try istr.cursor.readCount(
            minimumElementSize: Key._iceMinimumWireSize + Value._iceMinimumWireSize)
        var entries = [Key: Value](minimumCapacity: Swift.min(count, 1_024))
        for _ in 0..<count {
            let wasReadingKey = istr.readsKey
            istr.readsKey = true
            let key = try Key._iceRead(from: &istr)
            istr.readsKey = wasReadingKey
            entries[key] = try Value._iceRead(from: &istr)
        }
        return entries
    }

    /// Keys and values behind their count, in no order.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) {
        ostr.writeSize(count)
        for (key, value) in self {
            key._iceWrite(to: &ostr)
            value._iceWrite(to: &ostr)
        }
    }
}
