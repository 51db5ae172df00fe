import EventLoop
import Glibc

/// Two connected, non-blocking stream sockets; closed with their owner unless closed before.
final class SocketPair {
    private(set) var near: Int32 = -1
    private(set) var far: Int32 = -1

    init() throws {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw SystemError("socketpair") }
        (near, far) = (pair[0], pair[1])
    }

    deinit {
        if near >= 0 { close(near) }
        closeFar()
    }

    func closeFar() {
        if far >= 0 { close(far) }
        far = -1
    }

    /// Closes the near end and gives its number to the other pair's near end, at once.
    func replaceNear(by other: SocketPair) { dup2(other.near, near) }

    /// Makes the near end readable.
    func sendFromFar(_ bytes: [UInt8] = [1]) { _ = write(far, bytes, bytes.count) }

    /// Reads what there is, up to `limit` bytes.
    func readNear(limit: Int = 4096) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = read(near, &bytes, limit)
        return count > 0 ? Array(bytes.prefix(count)) : []
    }

    /// Writes until the near end takes no more.
    func fillNear() {
        let chunk = [UInt8](repeating: 0, count: 65536)
        while write(near, chunk, chunk.count) > 0 {}
    }

    /// Reads all that the near end wrote.
    func drainFar() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while read(far, &chunk, chunk.count) > 0 {}
    }
}
