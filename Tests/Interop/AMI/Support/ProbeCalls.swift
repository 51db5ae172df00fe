import Ice
import IceEncoding
import IceTesting

/// Waits until the loop of the proxy has ended the turn it is in. It tells of an end before it has noted all that follows, as
/// that requests may be sent in the call again.
func endOfTurn(_ proxy: ObjectPrx) async {
    await Task(executorPreference: proxy.ice_loopExecutor) {}.value
}

extension ObjectPrx {
    /// Begins an operation with the parameters that the closure writes.
    func begin(
        _ operation: String, mode: OperationMode = .normal, context: [String: String]? = nil,
        _ write: (inout OutputBuffer) -> Void = { _ in }
    ) throws -> InvocationFuture<InvocationResult> {
        try ice_invokeAsync(
            operation: operation, mode: mode, inEncaps: Encapsulation.make(ice_getEncodingVersion(), write),
            context: context
        )
    }

    /// The same, waited for.
    ///
    /// - Throws: ``HarnessError`` for a user exception, too.
    @discardableResult
    func call(
        _ operation: String, mode: OperationMode = .normal, context: [String: String]? = nil,
        _ write: (inout OutputBuffer) -> Void = { _ in }
    ) async throws -> InvocationResult {
        let result = try await begin(operation, mode: mode, context: context, write).value
        guard result.ok else { throw HarnessError("\(operation) ended in a user exception") }
        return result
    }
}

extension InvocationResult {
    /// What the closure reads from the results, to their end.
    func read<Value>(_ body: (inout InputCursor) throws -> Value) throws -> Value {
        try Encapsulation.read(outEncaps) { cursor in
            let value = try body(&cursor)
            guard cursor.remaining == 0 else { throw HarnessError("\(cursor.remaining) bytes behind the result") }
            return value
        }
    }
}

/// What a compiler would make of the interface.
struct ProbePrx: Proxy {
    // swift-format-ignore: AlwaysUseLowerCamelCase
    static let ice_staticId = "::AMI::Probe"
    let untyped: ObjectPrx
    var description: String { "\(untyped)" }
}

/// What a compiler would make of an interface that the probe does not have.
struct ControlPrx: Proxy {
    // swift-format-ignore: AlwaysUseLowerCamelCase
    static let ice_staticId = "::AMI::Control"
    let untyped: ObjectPrx
    var description: String { "\(untyped)" }
}

/// `::AMI::Call`: what a servant is told about a request.
struct ProbeCall: Equatable {
    var identity: String
    var facet: String
    var operation: String
    var isIdempotent: Bool
    var isTwoway: Bool
    var context: [String: String]
}

extension ProbeCall {
    init(_ current: Current) {
        identity = current.id.name
        facet = current.facet
        operation = current.operation
        isIdempotent = current.mode != .normal
        isTwoway = current.requestId != 0
        context = current.ctx
    }

    init(_ cursor: inout InputCursor) throws {
        identity = try cursor.readString()
        facet = try cursor.readString()
        operation = try cursor.readString()
        isIdempotent = try cursor.readBool()
        isTwoway = try cursor.readBool()
        context = [:]
        for _ in 0..<(try cursor.readCount(minimumElementSize: 2)) {
            let key = try cursor.readString()
            context[key] = try cursor.readString()
        }
    }

    func append(to output: inout OutputBuffer) {
        output.appendString(identity)
        output.appendString(facet)
        output.appendString(operation)
        output.append(isIdempotent ? 1 : 0 as UInt8)
        output.append(isTwoway ? 1 : 0 as UInt8)
        output.appendSize(context.count)
        for (key, value) in context {
            output.appendString(key)
            output.appendString(value)
        }
    }
}

/// The exceptions of AMI.ice, encoded in one slice without members of others.
enum ProbeException {
    static let declared = encode("::AMI::Declared") { $0.appendString("as asked") }
    static let undeclared = encode("::AMI::Undeclared") { $0.append(42 as Int32) }

    private static func encode(_ typeId: String, _ write: (inout OutputBuffer) -> Void) -> [UInt8] {
        Encapsulation.make {
            $0.append(SliceFlags.isLastSlice.rawValue)
            $0.appendString(typeId)
            write(&$0)
        }
    }

    /// The type id of the exception in a result.
    static func typeId(_ result: InvocationResult) throws -> String {
        try Encapsulation.read(result.outEncaps) { cursor in
            // An exception's slices have their type ids always.
            _ = try cursor.read(UInt8.self)
            return try cursor.readString()
        }
    }
}
