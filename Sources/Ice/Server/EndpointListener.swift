import EventLoop

/// What listens at one endpoint of an object adapter. Everything but ``address`` belongs to the loop.
protocol EndpointListener: AnyObject, Sendable {
    var pool: ConnectionPool { get }
    /// Where it listens, with the port that the system chose.
    var address: SocketAddress { get }
    /// Dispatches from now on.
    func activate()
    /// Listens no longer, waits for dispatches, and tells the pool and the adapter when that is done.
    func close()
}
