import EventLoop

/// A call with `Prefer: respond-async`: its invocation goes on when its request is answered with 202.
///
/// Sendable without a check: others hold it only to hand ``cancel()`` to its loop, on which everything happens.
final class AsyncCall: @unchecked Sendable {
    private let shard: GatewayShard
    private let note: RequestNote
    private let invocation: StoredInvocation
    /// How long to wait for the result before the 202, in nanoseconds.
    private let wait: UInt64
    private let keyed: KeyedCall?
    private let headers: [(name: String, value: String)]
    private var sink: (any ResponseSink)?
    private var call: DetachedCall?
    private var waiting: InvocationWait?
    private var isFirstTurn = true
    private var isOver = false

    private init(
        _ shard: GatewayShard, _ invocation: StoredInvocation, _ options: CallOptions, _ note: RequestNote,
        _ sink: any ResponseSink, wait: UInt64, keyed: KeyedCall?
    ) {
        self.shard = shard
        self.invocation = invocation
        self.note = note
        self.sink = sink
        self.wait = wait
        self.keyed = keyed
        headers = options.timeoutHeader
    }

    /// - Parameters:
    ///   - wait: how long to wait for the result before the 202 (`respond-async, wait=N`), in nanoseconds.
    ///   - keyed: what has to know how the invocation ends.
    static func start(
        _ shard: GatewayShard, _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote,
        _ sink: any ResponseSink, wait: UInt64, keyed: KeyedCall?
    ) throws(Refusal) -> any RequestInProgress {
        let kept = shard.gateway.kept
        let invocation = StoredInvocation(id: StoredInvocation.randomID(), route: route)
        let async = AsyncCall(shard, invocation, options, note, sink, wait: wait, keyed: keyed)
        let call = DetachedCall(request, sink, owner: async, running: kept.running)
        async.call = call
        let loop = shard.loop
        let isStored = kept.invocations.begin(invocation, bytes: call.request.size + StoredResponse.overhead) {
            loop.execute { async.cancel() }
        }
        guard isStored else {
            call.cancel()
            throw Refusal(.overloaded, "as many invocations run as may; 'invocations.max' says how many")
        }
        do throws(Refusal) {
            try call.start(note) { request, note, sink throws(Refusal) in
                try shard.call(route, options, request, note, sink)
            }
        } catch {
            // What can't be called is said at once.
            kept.invocations.withdraw(invocation.id)
            throw error
        }
        // The request leaves at the end of this turn; the answer tells whether it did.
        loop.atEndOfTurn(.flush, async)
        return async
    }

    /// Ends the invocation, unless it is over.
    private func cancel() {
        guard !isOver else { return }
        call?.cancel()
        finish(nil)
    }

    private func finish(_ response: StoredResponse?) {
        isOver = true
        call = nil
        note.share?.giveBack()
        shard.gateway.kept.invocations.finish(invocation.id, response)
        keyed?.invocationEnded(isUndispatched: response?.isUndispatched ?? false)
    }

    private func answer(_ invocation: StoredInvocation) {
        guard let sink else { return }
        self.sink = nil
        waiting = nil
        if wait > 0, let response = invocation.response {
            shard.answer(note, response.response(), to: sink)
            return
        }
        if !isOver { keyed?.invocationGoesOn() }
        let headers =
            headers + [
                (name: "Location", value: invocation.path), (name: "Preference-Applied", value: "respond-async"),
            ]
        var note = note
        // Until it is over it is one of the client's requests.
        if !isOver { note.share = nil }
        shard.answer(note, invocation.document(status: 202, headers: headers), to: sink)
    }
}

extension AsyncCall: DetachedCallOwner {
    func sent() { shard.gateway.kept.invocations.sent(invocation.id, synchronously: isFirstTurn) }

    func answered(_ response: StoredResponse) { finish(response) }
}

extension AsyncCall: EndOfTurnHandler, RequestInProgress {
    func endOfTurn() {
        isFirstTurn = false
        guard sink != nil else { return }
        if wait > 0, !isOver {
            waiting = InvocationWait.start(shard, invocation.id, timeout: wait) { [self] in answer($0 ?? invocation) }
        } else {
            answer(shard.gateway.kept.invocations.find(invocation.id) ?? invocation)
        }
    }

    /// Nobody knows the invocation's id.
    func clientGone() {
        guard sink != nil else { return }
        sink = nil
        waiting?.clientGone()
        waiting = nil
        cancel()
    }
}
