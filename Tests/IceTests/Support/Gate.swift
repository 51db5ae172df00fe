import Glibc

/// Holds a script until the test lets it go on.
final class Gate: Sendable {
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

    /// In milliseconds. A script that nobody lets go on ends, so that its test fails and doesn't hang.
    private static let longest: Int32 = 60_000

    /// Blocks until ``open()``.
    func wait() {
        var poll = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Self.longest) == 1 else { return }
        var byte: UInt8 = 0
        _ = read(pipe.read, &byte, 1)
    }

    func open() {
        var byte: UInt8 = 1
        _ = write(pipe.write, &byte, 1)
    }
}
