import IceEncoding

/// A slice of a type that Slice doesn't know, as `@slices` carries it in base64: opaque to clients.
///
/// One byte of flags (``SliceFlags/typeIDString`` or ``SliceFlags/compactID``, ``SliceFlags/hasOptionalMembers``,
/// ``SliceFlags/isLastSlice``), the type ID as an Ice string or the compact ID as an Ice size, the number of instances in its
/// indirection table as an Ice size, and the slice's members as they came, optional ones and their end marker included.
struct UnknownSlice {
    var flags: SliceFlags
    /// Empty with a compact ID.
    var typeID: String
    var compactID: Int32
    var instances: Int
    var body: UnsafeRawBufferPointer

    private static let kept: SliceFlags = [.hasOptionalMembers, .isLastSlice]

    static func encoded(
        flags: SliceFlags, typeID: UnsafeRawBufferPointer?, compactID: Int32, instances: Int32,
        body: UnsafeRawBufferPointer
    ) -> OutputBuffer {
        var out = OutputBuffer(minimumCapacity: body.count + 64)
        let kind: SliceFlags = typeID == nil ? .compactID : .typeIDString
        out.append(flags.intersection(Self.kept).union(kind).rawValue)
        if let typeID {
            out.appendSize(typeID.count)
            out.append(typeID)
        } else {
            out.appendSize(Int(compactID))
        }
        out.appendSize(Int(instances))
        out.append(body)
        return out
    }

    /// - Parameter bytes: must outlive the result.
    /// - Throws: ``MarshalError`` when they are not what ``encoded(flags:typeID:compactID:instances:body:)`` makes.
    init(_ bytes: UnsafeRawBufferPointer) throws(MarshalError) {
        var input = InputCursor(bytes)
        flags = SliceFlags(rawValue: try input.read())
        guard flags.subtracting(Self.kept).subtracting(.compactID) == [] else {
            throw MarshalError(.malformed, "flags \(flags.rawValue)")
        }
        switch flags.typeIDKind {
        case .typeIDString:
            typeID = try input.readString()
            compactID = -1
        case .compactID:
            typeID = ""
            compactID = Int32(truncatingIfNeeded: try input.readSize())
        default: throw MarshalError(.malformed, "flags \(flags.rawValue)")
        }
        instances = try input.readSize()
        body = try input.readBytes(input.remaining)
    }
}
