public import Ice
import IceEncoding

/// The object of the demos: `string greet(string name)` of `::VisitorCenter::Greeter`.
public enum Greeter {
    /// Its Slice type id.
    public static let typeId = "::VisitorCenter::Greeter"

    /// A servant that answers `Hello, NAME!`.
    public static func servant() -> MockServant {
        MockServant(
            [typeId],
            operations: [
                "greet": { request in
                    let name = try Encapsulation.read(request.inEncaps) { try $0.readString() }
                    return OutgoingResponse(
                        outEncaps: Encapsulation.make(request.current.encoding) { $0.appendString("Hello, \(name)!") })
                }
            ])
    }

    /// Calls `greet`.
    ///
    /// - Throws: ``LocalException``.
    public static func greet(_ name: String, _ proxy: ObjectPrx) async throws -> String {
        let result = try await proxy.ice_invoke(
            operation: "greet", mode: .normal,
            inEncaps: Encapsulation.make(proxy.ice_getEncodingVersion()) { $0.appendString(name) })
        return try Encapsulation.read(result.outEncaps) { try $0.readString() }
    }
}
