import EventLoop
import IceEncoding

/// Answers `/readyz` on one loop. However many ask, the targets are asked by one check at a time, and its result serves all
/// for a second.
final class ReadinessBoard {
    /// Of a result, in nanoseconds.
    private static let maximumAge: UInt64 = 1_000_000_000

    private unowned let shard: GatewayShard
    private var latest: (states: [TargetState], time: UInt64)?
    private var check: ReadinessCheck?
    private var waiting: [Page] = []

    /// Whether targets are being asked.
    var isAsking: Bool { check != nil }

    init(_ shard: GatewayShard) { self.shard = shard }

    /// One request that waits for the result.
    private final class Page: RequestInProgress {
        let note: RequestNote
        let sink: any ResponseSink
        var isGone = false

        init(_ note: RequestNote, _ sink: any ResponseSink) {
            self.note = note
            self.sink = sink
        }

        func clientGone() { isGone = true }
    }

    func answer(_ note: RequestNote, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        if shard.gateway.isDraining {
            shard.answer(note, response(latest?.states ?? []), to: sink)
            return nil
        }
        if let latest, shard.loop.now - latest.time < Self.maximumAge {
            shard.answer(note, response(latest.states), to: sink)
            return nil
        }
        let page = Page(note, sink)
        waiting.append(page)
        if check == nil {
            let check = ReadinessCheck(shard)
            self.check = check
            // May be over inside the call.
            check.start { [unowned self] in finish($0) }
        }
        return page
    }

    private func finish(_ states: [TargetState]) {
        check = nil
        latest = (states, shard.loop.now)
        let pages = waiting
        waiting = []
        for page in pages where !page.isGone { shard.answer(page.note, response(states), to: page.sink) }
        shard.becameIdle()
    }

    private func response(_ states: [TargetState]) -> HTTPResponse {
        let isDraining = shard.gateway.isDraining
        let isReady = !isDraining && states.allSatisfy(\.isReady)
        var targets = JSONObject()
        for state in states { targets.set(state.service, state.document) }
        var document = JSONObject()
        document.set("status", isReady ? "ready" : isDraining ? "draining" : "not ready")
        document.set("targets", targets)
        var body = OutputBuffer()
        document.write(into: &body)
        return HTTPResponse(
            status: isReady ? 200 : 503, contentType: .json, headers: [(name: "Cache-Control", value: "no-store")],
            body: body)
    }
}

/// What is known of one service's target.
struct TargetState {
    let service: String
    /// A type ID.
    let interface: String
    let isReady: Bool
    /// Why it is not ready, or was not asked.
    let detail: String?
    var wasAsked = true

    fileprivate var document: JSONObject {
        var document = JSONObject()
        document.set("state", !wasAsked ? "not asked" : isReady ? "ready" : "not ready")
        document.set("interface", interface)
        if let detail { document.set("detail", detail) }
        return document
    }
}
