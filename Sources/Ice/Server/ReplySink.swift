/// What the answers of a ``DispatchQueue`` go to. From any thread.
protocol ReplySink: AnyObject, Sendable {
    /// Hands a reply over.
    ///
    /// - Parameters:
    ///   - compresses: whether the client welcomes a compressed one.
    ///   - thread: that of the caller, see ``cork(thread:)``.
    func sendReply(to requestId: Int32, _ response: OutgoingResponse, compresses: Bool, thread: UInt)
    /// Collects the replies that `thread` hands over until ``uncork()``.
    func cork(thread: UInt)
    /// Sends what was collected.
    func uncork()
    /// The queue is full no more.
    func resumeReading()
    /// A dispatch is over; its reply, if it has one, was handed over before.
    func dispatchEnded()
}

extension Connection: ReplySink {
    func dispatchEnded() {}
}
