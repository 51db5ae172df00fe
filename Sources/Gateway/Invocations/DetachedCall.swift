import EventLoop

/// Who gets what becomes of a ``DetachedCall``. On its loop.
protocol DetachedCallOwner: AnyObject {
    /// The request was handed to the system completely.
    func sent()
    /// The call is over. Told once, and not after a cancel.
    func answered(_ response: StoredResponse)
}

/// A call that does not end with its client: it owns a copy of the request, and its answer goes to an owner instead of a connection.
///
/// Confined to its loop, as every sink.
final class DetachedCall: ResponseSink {
    let clientAddress: SocketAddress?
    let request: OwnedRequest
    private let running: RunningCalls
    private var owner: (any DetachedCallOwner)?
    private var progress: (any RequestInProgress)?
    /// What knows all header fields, while the call is made.
    private var original: (any ResponseSink)?
    private var fields: [String: [UnsafeRawBufferPointer]] = [:]

    init(_ request: HTTPRequest, _ sink: any ResponseSink, owner: any DetachedCallOwner, running: RunningCalls) {
        self.request = OwnedRequest(request)
        clientAddress = sink.clientAddress
        original = sink
        self.owner = owner
        self.running = running
        running.began()
    }

    /// Makes the call.
    ///
    /// - Parameter make: gets the copy of the request, its note and this sink.
    /// - Throws: what `make` throws; then it is over and the owner is told nothing.
    func start<Failure: Error>(
        _ note: RequestNote,
        _ make: (HTTPRequest, RequestNote, any ResponseSink) throws(Failure) -> (any RequestInProgress)?
    ) throws(Failure) {
        defer { original = nil }
        do throws(Failure) {
            let progress = try make(request.request, note.detached(request.request), self)
            if owner != nil { self.progress = progress }
        } catch {
            finish()
            throw error
        }
    }

    /// Ends it; the owner is told nothing more.
    func cancel() {
        guard owner != nil else { return }
        let progress = self.progress
        finish()
        progress?.clientGone()
    }

    private func finish() {
        guard owner != nil else { return }
        owner = nil
        progress = nil
        running.ended()
    }

    // MARK: ResponseSink

    func respond(_ response: consuming HTTPResponse) {
        guard let owner else { return }
        let stored = StoredResponse(response)
        finish()
        owner.answered(stored)
    }

    func invocationSent() { owner?.sent() }

    func fieldLines(_ name: String) -> [UnsafeRawBufferPointer] {
        let name = name.lowercased()
        if let known = fields[name] { return known }
        let lines = original?.fieldLines(name).map(request.copy) ?? []
        fields[name] = lines
        return lines
    }
}
