import Ice
import IceEncoding
import Slice
import SliceJSON

extension GatewayShard {
    // MARK: Batches

    /// Calls of one batch that are on their way at a time.
    private static var batchWindow: Int { 64 }
    /// Of a twoway batch; each may answer with a problem document.
    private static var longestBatch: Int { 100_000 }
    /// Memory that is set aside for a batch before it is needed, in bytes.
    private static var largestReserve: Int { 1 << 20 }

    /// Makes one invocation of all elements of a body, or one of each. Nothing is sent before all of them are encoded.
    func invokeBatch(
        _ form: BatchForm, _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote,
        _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        if options.isTwoway {
            return try invokeEach(form, route, options, request, note, sink)
        }
        return try invokeTogether(form, route, options, request, note, sink)
    }

    /// One Ice batch.
    private func invokeTogether(
        _ form: BatchForm, _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote,
        _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        let template = template(route, options)
        var batch = OutputBuffer(minimumCapacity: min(request.body.count + 64, Self.largestReserve))
        var count: Int32 = 0
        batch.append(count)
        try encode(form, route, request, into: &batch) { (batch, _) throws(Refusal) in
            let size = MessageHeader.size + batch.count
            guard size <= gateway.messageSizeMaximum else {
                throw Refusal(
                    .requestTooLarge,
                    "the first \(count + 1) elements are \(size) bytes as one Ice batch; a message may have \(gateway.messageSizeMaximum) (Ice.MessageSizeMax)"
                )
            }
            count += 1
        } before: { batch in
            template.appendBatched(with: options.context, into: &batch)
        }
        batch.patch(count, at: 0)
        let together = Together(
            route, options, shard: self, sink: sink, note: note, message: batch, count: Int(count),
            isLines: Self.answersLines(form, request))
        guard count > 0 else {
            together.answerEmpty()
            return nil
        }
        exchangeBegan()
        let mode = route.oneway(isBatch: true, isDatagram: options.mode.isDatagram)
        together.invocation = together.withMessage { message in
            invoker(route, mode).invoke(
                RequestTemplate(batch: route.operation.info.name), payload: message, isTwoway: false,
                timeout: options.timeout, observer: together)
        }
        return together
    }

    /// One twoway request each.
    private func invokeEach(
        _ form: BatchForm, _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote,
        _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        let template = template(route, options)
        let room = gateway.messageSizeMaximum - template.size(with: options.context)
        var arguments = OutputBuffer(minimumCapacity: min(request.body.count + 64, Self.largestReserve))
        var ends: [Int] = []
        try encode(form, route, request, into: &arguments) { (arguments, index) throws(Refusal) in
            let size = arguments.count - (ends.last ?? 0)
            guard size <= room else {
                var problem = Problem(
                    .requestTooLarge,
                    "the element is \(size) bytes in Ice's encoding; a message may have \(gateway.messageSizeMaximum) (Ice.MessageSizeMax)"
                )
                problem.pointer = "/\(index)"
                throw .problem(problem)
            }
            guard ends.count < Self.longestBatch else {
                throw Refusal(.bodyTooLarge, "a twoway batch may have \(Self.longestBatch) elements")
            }
            ends.append(arguments.count)
        } before: { _ in
        }
        let limits = gateway.configuration.limits
        let window = min(ends.count, Self.batchWindow, limits.inFlight, limits.inFlightPerTarget)
        try checkFlow(route, options.mode, count: window)
        let calls = BatchCalls(route, options, template, arguments: arguments, ends: ends)
        let batch = TwowayBatch(
            calls, window: window, shard: self, sink: sink, note: note, isLines: Self.answersLines(form, request))
        batch.start()
        return batch.isFinished ? nil : batch
    }

    /// Appends every element's encapsulation.
    ///
    /// - Parameters:
    ///   - check: called behind each one, with its index.
    ///   - before: appends what comes before each one.
    private func encode(
        _ form: BatchForm, _ route: Route, _ request: HTTPRequest, into buffer: inout OutputBuffer,
        _ check: (borrowing OutputBuffer, Int) throws(Refusal) -> Void, before: (inout OutputBuffer) -> Void
    ) throws(Refusal) {
        var index = 0
        var sources = ArgumentSources(request)
        try form.forEach(request.body, route.plan) { (element, start) throws(Refusal) in
            before(&buffer)
            sources.body = element
            do throws(Refusal) {
                try route.encode(sources, into: &buffer)
            } catch {
                guard form != .single, case .json(let fault) = error, fault.source == .body else { throw error }
                let located = fault.inElement(index, of: request.body, at: start)
                var problem = failures.problem(located)
                problem.pointer = located.pointer
                throw .problem(problem)
            }
            try check(buffer, index)
            index += 1
        }
    }

    /// Whether the answer is lines, too: when the client takes them and sent such, or takes nothing else.
    private static func answersLines(_ form: BatchForm, _ request: HTTPRequest) -> Bool {
        let accept = request.headers.accept
        return MediaType.acceptsLines(accept) && (form == .lines || !MediaType.accepted(accept))
    }
}
