import CLinux
import Glibc
import Synchronization

/// One thread's loop over the readiness of descriptors, timers and work from other threads. Linux epoll; knows no protocol.
///
/// One turn: wait, tell the handlers of ready descriptors, run submitted jobs, fire due timers, then the end-of-turn
/// handlers: first those that *drive* something that may produce more output, then those that *flush* it, again until
/// nobody asks any more.
///
/// Sendable without a check: ``execute(_:)``, ``stop()``, ``isCurrent`` and ``wake()`` are safe from any thread (their
/// state is behind a mutex or atomic); everything else may be touched only on the loop's thread or before it runs.
package final class EventLoop: @unchecked Sendable {
    package typealias Timer = TimerWheel<TimerEntry>.Token

    package struct TimerEntry {
        fileprivate var handler: any TimerHandler
        fileprivate var tag: UInt64
    }

    package enum Phase {
        /// May produce more output in this turn.
        case drive
        /// Sends what the turn produced.
        case flush
    }

    private struct Registration {
        var handler: (any ReadinessHandler)?
        var generation: UInt32 = 0
    }

    private let epoll: Int32
    private var alarm: Alarm
    private let inbox: Inbox
    /// Empty, with the memory of the last turn's jobs.
    private var spareJobs: [@Sendable () -> Void] = []
    private let stopping = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)
    private var isClosed = false

    private var registrations: [Registration] = []
    private var wheel: TimerWheel<TimerEntry>
    private var drivers: [any EndOfTurnHandler] = []
    private var flushers: [any EndOfTurnHandler] = []
    private let events: UnsafeMutablePointer<epoll_event>
    private static let eventCapacity: Int32 = 256
    /// So many rounds of end-of-turn handlers before descriptors get their turn again.
    private static let maximumRounds = 16

    /// The time at which this turn began, in nanoseconds of `CLOCK_MONOTONIC`.
    package private(set) var now: UInt64

    /// - Throws: ``SystemError`` when no descriptor is left for epoll or its wake-up.
    package init() throws {
        alarm = try Alarm()
        inbox = try Inbox()
        epoll = epoll_create1(icegate_EPOLL_CLOEXEC)
        guard epoll >= 0 else { throw SystemError("epoll_create1") }
        now = Self.clock()
        wheel = TimerWheel(now: now / 1_000_000)
        events = .allocate(capacity: Int(Self.eventCapacity))
        for descriptor in [inbox.descriptor, alarm.descriptor] {
            var event = epoll_event()
            event.events = icegate_EPOLLIN
            event.data.u64 = UInt64(UInt32(bitPattern: descriptor))
            guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
                let error = SystemError("epoll_ctl")
                Glibc.close(epoll)
                events.deallocate()
                throw error
            }
        }
    }

    deinit {
        close()
        events.deallocate()
    }

    /// Gives its descriptors back and drops all jobs, also those that come later. When ``run()`` has returned for good;
    /// nothing but ``execute(_:)`` and ``wake()``, which do nothing then, may be called any more.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        inbox.close()
        alarm.close()
        Glibc.close(epoll)
        registrations = []
        wheel = TimerWheel(now: now / 1_000_000)
        drivers = []
        flushers = []
    }

    /// The time now, in nanoseconds of `CLOCK_MONOTONIC`.
    package static func clock() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension EventLoop {
    // MARK: From any thread

    /// Whether the caller runs on this loop's thread, inside ``run()``.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Runs the job on the loop, in submission order, waking it when it waits. After the loop has stopped, jobs are
    /// kept and run by the next ``run()``, or dropped with the loop.
    package func execute(_ job: @escaping @Sendable () -> Void) {
        // On its own thread the loop sees it before it waits again.
        inbox.add(job, rings: !isCurrent)
    }

    /// Makes a waiting loop go round once.
    package func wake() { inbox.ring() }

    /// Makes ``run()`` return at the end of its turn.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// Runs turns on the calling thread until ``stop()``. Jobs submitted before the stop have run when it returns.
    package func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while !stopping.load(ordering: .acquiring) {
            turn()
        }
        runJobs()
        finishTurn()
        thread.store(0, ordering: .relaxed)
        stopping.store(false, ordering: .releasing)
    }
}

extension EventLoop {
    // MARK: Descriptors

    /// Watches a descriptor. It stays the caller's: deregister before closing it.
    ///
    /// - Throws: ``SystemError`` when epoll refuses it, also when it is registered already; then nothing changes.
    package func register(_ descriptor: Int32, for readiness: Readiness, handler: any ReadinessHandler) throws {
        guard descriptor >= 0 else { throw SystemError("epoll_ctl", code: EBADF) }
        let index = Int(descriptor)
        while registrations.count <= index { registrations.append(Registration()) }
        let generation = registrations[index].generation &+ 1
        try control(EPOLL_CTL_ADD, descriptor, readiness, generation: generation)
        registrations[index] = Registration(handler: handler, generation: generation)
    }

    /// Changes what a registered descriptor is watched for.
    package func modify(_ descriptor: Int32, for readiness: Readiness) throws {
        let index = Int(descriptor)
        guard registrations.indices.contains(index) else { throw SystemError("epoll_ctl", code: ENOENT) }
        try control(EPOLL_CTL_MOD, descriptor, readiness, generation: registrations[index].generation)
    }

    /// Forgets a descriptor. Readiness already collected in this turn is not reported any more.
    package func deregister(_ descriptor: Int32) {
        let index = Int(descriptor)
        guard registrations.indices.contains(index), registrations[index].handler != nil else { return }
        registrations[index].handler = nil
        registrations[index].generation &+= 1
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ readiness: Readiness, generation: UInt32
    ) throws {
        var event = epoll_event()
        event.events = readiness.rawValue
        event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        guard epoll_ctl(epoll, operation, descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    }
}

extension EventLoop {
    // MARK: Timers

    /// Tells the handler in `delay` nanoseconds or up to a millisecond later, counted from the begin of this turn.
    package func schedule(after delay: UInt64, _ handler: any TimerHandler, tag: UInt64 = 0) -> Timer {
        let (due, overflow) = now.addingReportingOverflow(delay)
        let tick = overflow ? UInt64.max / 1_000_000 : due / 1_000_000 + 1
        return wheel.schedule(at: tick, TimerEntry(handler: handler, tag: tag))
    }

    /// Cancels a timer; one that fired or was cancelled is ignored.
    package func cancel(_ timer: Timer) {
        wheel.cancel(timer)
    }

    /// The number of timers scheduled.
    package var timerCount: Int { wheel.count }
}

extension EventLoop {
    // MARK: Turns

    /// Asks to be called once at the end of this turn. A handler that asks twice is called twice.
    package func atEndOfTurn(_ phase: Phase, _ handler: any EndOfTurnHandler) {
        switch phase {
        case .drive: drivers.append(handler)
        case .flush: flushers.append(handler)
        }
    }

    private func turn() {
        let count = epoll_wait(epoll, events, Self.eventCapacity, timeout())
        now = Self.clock()
        if count > 0 {
            for index in 0..<Int(count) { report(events[index]) }
        }
        runJobs()
        let tick = now / 1_000_000
        while let timer = wheel.popExpired(now: tick) {
            timer.handler.timerFired(timer.tag)
        }
        finishTurn()
    }

    /// In milliseconds; -1 waits until something is ready, the alarm among others.
    private func timeout() -> Int32 {
        if inbox.isRinging || !drivers.isEmpty || !flushers.isEmpty { return 0 }
        guard let next = wheel.nextTick else { return -1 }
        let isSet = alarm.set(next)
        return isSet ? -1 : 1
    }

    private func report(_ event: epoll_event) {
        let descriptor = Int32(truncatingIfNeeded: event.data.u64)
        if descriptor == inbox.descriptor { return inbox.silence() }
        if descriptor == alarm.descriptor { return alarm.rang() }
        let index = Int(descriptor)
        guard registrations.indices.contains(index),
            registrations[index].generation == UInt32(truncatingIfNeeded: event.data.u64 >> 32),
            let handler = registrations[index].handler
        else { return }
        handler.ready(descriptor, Readiness(rawValue: event.events))
    }

    private func runJobs() {
        var jobs: [@Sendable () -> Void] = []
        swap(&jobs, &spareJobs)
        inbox.take(&jobs)
        for job in jobs { job() }
        // The memory of a burst is not kept.
        guard jobs.count <= 1024 else { return }
        jobs.removeAll(keepingCapacity: true)
        swap(&jobs, &spareJobs)
    }

    private func finishTurn() {
        var round = 0
        while !drivers.isEmpty || !flushers.isEmpty, round < Self.maximumRounds {
            round += 1
            if drivers.isEmpty { flush() } else { drive() }
        }
        // Whoever wants to drive for ever goes on in the next turn; what there is to send does not wait for that.
        if !flushers.isEmpty { flush() }
    }

    private func drive() {
        let handlers = drivers
        drivers.removeAll(keepingCapacity: true)
        for handler in handlers { handler.endOfTurn() }
    }

    private func flush() {
        let handlers = flushers
        flushers.removeAll(keepingCapacity: true)
        for handler in handlers { handler.endOfTurn() }
    }
}
