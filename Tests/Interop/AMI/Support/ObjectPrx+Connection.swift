@testable import Ice

extension ObjectPrx {
    /// What carries its requests; nil before the first one and after a connection ended.
    var currentConnection: Connection? { reference.invoker().currentConnection }

    /// The number of bytes that wait to be written on its connection.
    var unsentBytes: Int { currentConnection?.unsentBytes ?? 0 }
}
