import Glibc
import IceTesting
import Testing

/// Holds a script until the test lets it go on.
final class Gate: Sendable {
    /// Nobody opened it.
    struct Closed: Error {}

    private let pipe: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [0, 0]
        precondition(Glibc.pipe(&ends) == 0)
        pipe = (ends[0], ends[1])
    }

    deinit {
        close(pipe.read)
        close(pipe.write)
    }

    /// Blocks the thread, which shall be none of Swift's pool, until ``open()``.
    ///
    /// - Throws: ``Closed`` when that takes too long, so that a test which forgot it fails and doesn't hang.
    func wait() throws {
        var poll = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, Int32(RawConnection.patience) * 1000) != 1 {
            guard errno == EINTR else { throw Closed() }
        }
        var byte: UInt8 = 0
        _ = read(pipe.read, &byte, 1)
    }

    /// The same for those who can't throw: an issue.
    func hold() {
        do { try wait() } catch { Issue.record("nobody opened the gate") }
    }

    func open() {
        var byte: UInt8 = 1
        _ = write(pipe.write, &byte, 1)
    }
}
