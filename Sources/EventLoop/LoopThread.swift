import CLinux
import Glibc

/// A thread that runs one ``EventLoop`` until it is stopped.
package final class LoopThread: Sendable {
    package let loop: EventLoop
    private let thread: JoinableThread

    /// Starts the thread.
    ///
    /// - Parameter name: as `ps -T` shows it, cut to 15 bytes.
    /// - Throws: ``SystemError`` when no thread can be had.
    package init(_ loop: EventLoop, name: String) throws {
        self.loop = loop
        thread = try JoinableThread(name: name) { loop.run() }
    }

    /// Stops the loop, waits for the thread's end and closes the loop. To be called once, not from the loop itself.
    package func stopAndJoin() {
        loop.stop()
        thread.join()
        loop.close()
    }

    /// Lets the thread end when the loop is stopped. Instead of ``stopAndJoin()``.
    package func detach() { thread.detach() }
}

private final class ThreadBody {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

/// A thread of the system. Must be joined or detached once.
package struct JoinableThread: Sendable {
    private let handle: UInt

    /// In bytes, whatever `ulimit -s` says: values nested as deep as the limits allow are read and written recursively.
    /// Only what is used takes memory.
    package static let stackSize = 16 << 20

    /// Starts it. Signals stay with the threads that had them, so that handlers run where they were set up.
    ///
    /// - Throws: ``SystemError`` when no thread can be had.
    package init(name: String, _ run: @escaping @Sendable () -> Void) throws {
        let body = Unmanaged.passRetained(ThreadBody(name: name, run: run))
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
                icegate_set_thread_name(body.name)
                body.run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw SystemError("pthread_create", code: code)
        }
        handle = UInt(thread)
    }

    /// Waits for its end.
    package func join() { pthread_join(pthread_t(handle), nil) }

    /// Lets it end on its own.
    package func detach() { pthread_detach(pthread_t(handle)) }
}
