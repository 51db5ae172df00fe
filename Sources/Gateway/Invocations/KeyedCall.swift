import EventLoop

/// The first request with an `Idempotency-Key`: what it calls goes on without its client, since others may ask again.
final class KeyedCall: DetachedCallOwner, RequestInProgress {
    private let shard: GatewayShard
    private let key: IdempotencyKey
    private let note: RequestNote
    /// Nil when it is answered or its client is gone.
    private var sink: (any ResponseSink)?
    /// Whether it was answered with an invocation that runs.
    private var goesOn = false
    private var wasUndispatched = false

    private init(_ shard: GatewayShard, _ key: IdempotencyKey, _ note: RequestNote, _ sink: any ResponseSink) {
        self.shard = shard
        self.key = key
        self.note = note
        self.sink = sink
    }

    private var store: IdempotencyStore { shard.gateway.kept.keys }

    /// The store knows the key as one that runs.
    static func start(
        _ shard: GatewayShard, _ key: IdempotencyKey, _ request: HTTPRequest, _ note: RequestNote,
        _ sink: any ResponseSink,
        _ make: (HTTPRequest, RequestNote, any ResponseSink, KeyedCall) throws(Refusal) -> (any RequestInProgress)?
    ) -> any RequestInProgress {
        let keyed = KeyedCall(shard, key, note, sink)
        let call = DetachedCall(request, sink, owner: keyed, running: shard.gateway.kept.running)
        call.start(note) { request, note, sink in
            do throws(Refusal) {
                return try make(request, note, sink, keyed)
            } catch {
                // Those that repeat the request wait for its answer, too.
                shard.answer(note, error.problem(shard.failures), to: sink)
                return nil
            }
        }
        return keyed
    }

    /// The answer speaks of an invocation that runs; to be said before it is given.
    func invocationGoesOn() { goesOn = true }

    /// The invocation is over, perhaps before the answer.
    func invocationEnded(isUndispatched: Bool) {
        guard goesOn else {
            wasUndispatched = isUndispatched
            return
        }
        goesOn = false
        note.share?.giveBack()
        store.end(key, forgets: isUndispatched)
    }

    // MARK: DetachedCallOwner

    func sent() {}

    func answered(_ response: StoredResponse) {
        store.finish(key, response, endsLater: goesOn || wasUndispatched)
        if wasUndispatched { store.end(key, forgets: true) }
        guard let sink else { return }
        self.sink = nil
        var note = note
        // Until it is over it is one of the client's requests.
        if goesOn { note.share = nil }
        shard.answer(note, response.response(), to: sink)
    }

    // MARK: RequestInProgress

    func clientGone() { sink = nil }
}

/// A request with a key whose first request still runs.
///
/// Sendable without a check: other loops only hand it over to its own, on which everything happens.
final class KeyedRepeat: RequestInProgress, @unchecked Sendable {
    private let shard: GatewayShard
    private let key: IdempotencyKey
    private let note: RequestNote
    private var sink: (any ResponseSink)?
    /// Set when the store has it.
    var number: Int?

    static let replayed = [(name: "Idempotent-Replayed", value: "true")]

    init(_ shard: GatewayShard, _ key: IdempotencyKey, _ note: RequestNote, _ sink: any ResponseSink) {
        self.shard = shard
        self.key = key
        self.note = note
        self.sink = sink
    }

    func answered(_ response: StoredResponse, isReplayed: Bool) {
        guard let sink else { return }
        self.sink = nil
        shard.answer(note, response.response(adding: isReplayed ? Self.replayed : []), to: sink)
    }

    func clientGone() {
        sink = nil
        if let number { shard.gateway.kept.keys.stopWaiting(key, number) }
    }
}
