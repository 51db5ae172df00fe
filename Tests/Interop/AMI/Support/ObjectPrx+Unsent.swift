@testable import Ice

extension ObjectPrx {
    /// The number of bytes that wait to be written on its connection.
    var unsentBytes: Int { ice_getCachedConnection()?.unsentBytes ?? 0 }
}
