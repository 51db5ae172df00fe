import EventLoop

extension GatewayShard {
    // MARK: Calls that outlive their request

    /// Makes a call whose request has `Prefer` or `Idempotency-Key`.
    func callWithPreferences(
        _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        guard let field = request.headers.idempotencyKey, request.method != .get, request.method != .head else {
            return try callAsPreferred(route, options, request, note, sink, keyed: nil)
        }
        let key = try IdempotencyKey(field, route, request.method, client: clientFingerprint(note, sink))
        guard let fingerprint = request.fingerprint(contextFields(note, sink)) else {
            throw Refusal(.overloaded, "no memory for a hash")
        }
        let repeated = KeyedRepeat(self, key, note, sink)
        let loop = loop
        let size = request.body.count + request.path.count + (request.query?.count ?? 0) + key.size
        let beginning = gateway.kept.keys.begin(key, fingerprint, bytes: size + StoredResponse.overhead) {
            response, isReplayed in
            loop.execute { repeated.answered(response, isReplayed: isReplayed) }
        }
        switch beginning {
        case .first:
            return KeyedCall.start(self, key, request, note, sink) { request, note, sink, keyed throws(Refusal) in
                try callAsPreferred(route, options, request, note, sink, keyed: keyed)
            }
        case .answered(let response):
            answer(note, response.response(adding: KeyedRepeat.replayed), to: sink)
            return nil
        case .waits(let number):
            repeated.number = number
            return repeated
        case .otherRequest:
            throw Refusal(
                .idempotencyKeyReused, "this Idempotency-Key came with another path, body, mode or context before")
        case .full:
            throw Refusal(.overloaded, "as many requests with an Idempotency-Key run as may")
        }
    }

    private func callAsPreferred(
        _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink,
        keyed: KeyedCall?
    ) throws(Refusal) -> (any RequestInProgress)? {
        let preferences = Preferences(request.headers.prefer)
        // A oneway is answered as soon as it is sent.
        guard preferences.respondsAsync, options.isTwoway else {
            return try call(route, options, request, note, sink)
        }
        return try AsyncCall.start(
            self, route, options, request, note, sink, wait: gateway.kept.wait(preferences.wait), keyed: keyed)
    }

    /// The values of the header fields that the configuration maps to context keys, without those that are new in each attempt.
    private func contextFields(_ note: RequestNote, _ sink: any ResponseSink) -> [[UnsafeRawBufferPointer]] {
        gateway.configuration.context.headers.keys.sorted().compactMap { name in
            switch name.lowercased() {
            case "traceparent", "tracestate", "x-request-id": nil
            // Whose token it is, is part of the key; the token itself is renewed.
            case "authorization" where note.client?.kind == .token: nil
            default: sink.fieldLines(name)
            }
        }
    }

    /// Tells clients apart: by what they are authenticated as, where nobody asks by the credentials they send.
    private func clientFingerprint(_ note: RequestNote, _ sink: any ResponseSink) -> [UInt8] {
        let fingerprint = Fingerprint()
        if let client = note.client, !client.name.isEmpty {
            for text in [client.kind.rawValue, client.name, client.issuer ?? ""] {
                Array(text.utf8).withUnsafeBytes { fingerprint.add($0) }
            }
        } else {
            for name in ["authorization", "x-api-key"] {
                for line in sink.fieldLines(name) { fingerprint.add(line) }
                fingerprint.add(nil)
            }
        }
        return fingerprint.finish() ?? []
    }
}
