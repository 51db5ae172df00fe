public import Ice

/// What a call came to.
public enum CallOutcome: Sendable, Hashable {
    /// An object of the results, `returnValue` first.
    case result(JSONValue)
    /// A user exception that the operation declares, with its `@type`.
    case exception(JSONValue)
    /// Sent; nobody answers.
    case sent
}

/// Calls operations of loaded Slice with JSON, and repeats recorded calls.
public struct SliceCaller: Sendable {
    private let slice: LoadedSlice
    private let interface: MockedInterface
    private let proxy: ObjectPrx

    /// - Parameter interface: the type id of what is behind the proxy; the leading `::` may be left out.
    /// - Throws: ``MockFailure`` when the Slice has no such interface.
    public init(_ proxy: ObjectPrx, interface: String, in slice: LoadedSlice) throws(MockFailure) {
        self.slice = slice
        self.proxy = proxy
        self.interface = try slice.interface(interface)
    }

    /// Calls an operation with an object of its in-parameters.
    ///
    /// - Throws: ``MockFailure`` for parameters that are none, ``LocalException``, ``MarshalError`` for a reply that is none.
    public func call(
        _ operation: String, _ parameters: JSONValue = [:], context: [String: String]? = nil
    ) async throws -> CallOutcome {
        guard let mocked = interface.operations[operation] else {
            throw MockFailure("\(interface.typeId) has no operation '\(operation)'")
        }
        let arguments: [UInt8]
        do {
            arguments = try mocked.encapsulation(.arguments, parameters, proxy.ice_getEncodingVersion())
        } catch {
            throw MockFailure("\(operation): \(error)")
        }
        let result = try await proxy.ice_invoke(
            operation: operation, mode: mocked.mode, inEncaps: arguments, context: context)
        if result.outEncaps.isEmpty { return .sent }
        return result.ok
            ? .result(try mocked.json(.result, of: result.outEncaps))
            : .exception(try mocked.json(.exception, of: result.outEncaps))
    }

    /// Repeats a recorded call: its operation, parameters, facet and context.
    ///
    /// - Throws: as ``call(_:_:context:)``.
    public func replay(_ call: MockCall) async throws -> CallOutcome {
        let target = try SliceCaller(proxy.ice_facet(call.facet), interface: interface.typeId, in: slice)
        return try await target.call(
            call.operation, call.parameters, context: call.context.isEmpty ? nil : call.context)
    }
}
