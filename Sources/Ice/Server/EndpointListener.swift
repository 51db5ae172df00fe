import EventLoop

/// What listens at one endpoint of an object adapter. Everything but ``address`` belongs to the loop.
protocol EndpointListener: AnyObject, Sendable {
    var pool: ConnectionPool { get }
    /// Where it listens, with the port that the system chose.
    var address: SocketAddress { get }
    /// Closes the socket of one that its loop was never told of. From any thread.
    func abandon()
    /// Dispatches from now on.
    func activate()
    /// Accepts nothing and reads nothing until ``activate()``.
    func hold()
    /// Calls when everything that was read has been answered.
    func whenHeld(_ body: @escaping @Sendable () -> Void)
    /// Listens no longer, waits for dispatches, and tells the pool and the adapter when that is done.
    func close()
}
