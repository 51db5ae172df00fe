import Ice
import Synchronization

/// Reads parameters, and says how they are written.
typealias Transcoder = (inout InputStream) throws -> (inout OutputStream) -> Void

/// One required parameter.
func one<Parameter: Streamable>(_: Parameter.Type) -> Transcoder {
    { istr in
        let value = try istr.read(Parameter.self)
        return { $0.write(value) }
    }
}

/// One optional parameter of tag 1.
func tagged<Parameter: Streamable>(_: Parameter.Type) -> Transcoder {
    { istr in
        let value = try istr.read(tag: 1, Parameter.self)
        return { $0.write(tag: 1, value) }
    }
}

/// One required parameter whose type uses classes.
func instances<Parameter: Streamable>(_: Parameter.Type) -> Transcoder {
    { istr in
        let value = try istr.read(Parameter.self)
        return {
            $0.write(value)
            $0.writePendingValues()
        }
    }
}

/// Reads a payload and writes it again.
func transcode(
    _ payload: [UInt8], _ encoding: EncodingVersion, _ format: FormatType = .compactFormat,
    communicator: Communicator?, with transcoder: Transcoder
) throws -> [UInt8] {
    let write = try InputStream.decode(
        encapsulation(payload, encoding), communicator: communicator, transcoder)
    var ostr = OutputStream(communicator: communicator, encoding: encoding, format: format)
    write(&ostr)
    return Array(try ostr.finished().dropFirst(6))
}

func encapsulation(_ payload: [UInt8], _ encoding: EncodingVersion) -> [UInt8] {
    withUnsafeBytes(of: Int32(payload.count + 6).littleEndian) { Array($0) } + [encoding.major, encoding.minor]
        + payload
}

/// Knows the types that it is made with.
struct TypeLoader: SliceLoader {
    /// The classes that a receiver of derived instances knows.
    static let bases: [Value.Type] = [V.Node.self, V.Animal.self, V.Dog.self, V.Puppy.self, V.OptC.self, V.Empty.self]
    static let all =
        bases + [
            V.Compact.self, V.CompactD.self, V.OptD.self, V.Pair.self, V.Wolf.self, V.Alpha.self, V.Alien.self,
        ]

    private let types: [String: Value.Type]

    init(_ types: [Value.Type]) {
        var known: [String: Value.Type] = [:]
        for type in types {
            known[type.ice_staticId()] = type
            if type.ice_compactId >= 0 { known["\(type.ice_compactId)"] = type }
        }
        self.types = known
    }

    /// Generated code of other tests of this process knows more of them.
    func newInstance(_ typeId: String) -> AnyObject? { types[typeId]?.init() ?? Unknown() }

    private final class Unknown {}
}

/// A communicator that knows these classes.
func withTypes(
    _ types: [Value.Type] = TypeLoader.all, _ properties: Properties = ["Ice.AcceptClassCycles": "1"],
    _ body: (Communicator) throws -> Void
) async throws {
    let communicator = try Communicator(properties, sliceLoader: TypeLoader(types))
    let accepts = properties["Ice.AcceptClassCycles"] == "1"
    let result = Result { accepts ? try acceptingCircles(communicator, body) : try body(communicator) }
    await communicator.destroy()
    try result.get()
}

/// Runs what may read circles, whose instances keep each other alive: scripts/support/leaks.txt knows it by its name.
@inline(never)
private func acceptingCircles(_ communicator: Communicator, _ body: (Communicator) throws -> Void) throws {
    try body(communicator)
}

/// A communicator that knows all classes, used on a thread with a small stack.
func withTypesOnSmallThread(
    _ properties: Properties = [:], _ body: @escaping @Sendable (Communicator) throws -> Void
) async throws {
    let communicator = try Communicator(properties, sliceLoader: TypeLoader(TypeLoader.all))
    let result = Mutex<Result<Void, any Error>?>(nil)
    try await onSmallThread { [communicator] in
        let outcome = Result { try body(communicator) }
        result.withLock { $0 = outcome }
    }
    await communicator.destroy()
    try result.withLock { $0 }?.get()
}
