import Glibc
import Synchronization

/// Resolves host names on threads of its own, so that no loop waits for a name server.
///
/// Threads come with the work, at most ``maximumThreads``, and leave when there is none.
package final class Resolver: Sendable {
    /// A name that did not resolve.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package var host: String
        /// The resolver's text, as `Name or service not known`.
        package var message: String

        package init(host: String, message: String) {
            self.host = host
            self.message = message
        }

        package var description: String { "\(host): \(message)" }
    }

    package typealias Completion = @Sendable (Result<[SocketAddress], Failure>) -> Void
    /// Looks a name up; blocks. The port of its addresses is not used.
    package typealias LookUp = @Sendable (String) -> Result<[SocketAddress], Failure>

    private struct Question {
        var host: String
        var port: UInt16
        var loop: EventLoop
        var completion: Completion
    }

    private struct State {
        var waiting: [Question] = []
        var threads = 0
    }

    package static let maximumThreads = 4
    private let state = Mutex(State())
    private let lookUp: LookUp

    /// - Parameter lookUp: `getaddrinfo` by default; tests give their own.
    package init(lookUp: @escaping LookUp = Resolver.systemLookUp) {
        self.lookUp = lookUp
    }

    /// The completion runs on the loop, never inside this call. Numeric addresses need no thread.
    package func resolve(
        _ host: String, port: UInt16, on loop: EventLoop, _ completion: @escaping Completion
    ) {
        if let address = SocketAddress(numeric: host, port: port) {
            loop.execute { completion(.success([address])) }
            return
        }
        let question = Question(host: host, port: port, loop: loop, completion: completion)
        let needsThread = state.withLock { state in
            state.waiting.append(question)
            guard state.threads < Self.maximumThreads else { return false }
            state.threads += 1
            return true
        }
        guard needsThread else { return }
        do {
            try JoinableThread(name: "ice-resolver") { [self] in serve() }.detach()
        } catch {
            threadFailed(host: host, "\(error)")
        }
    }

    /// The addresses of a name, without ports; blocks.
    package func addresses(of host: String) -> Result<[SocketAddress], Failure> { lookUp(host) }

    /// Without a first thread nobody would answer; with one the question waits for it.
    private func threadFailed(host: String, _ reason: String) {
        let orphans = state.withLock { state -> [Question] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for orphan in orphans {
            orphan.loop.execute { orphan.completion(.failure(Failure(host: orphan.host, message: reason))) }
        }
    }

    private func serve() {
        while let question = nextQuestion() {
            let result = lookUp(question.host).map { addresses in
                addresses.map { address in
                    var address = address
                    address.port = question.port
                    return address
                }
            }
            question.loop.execute { question.completion(result) }
        }
    }

    private func nextQuestion() -> Question? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    package static let systemLookUp: LookUp = { host in
        // C would stop reading at a NUL and look up the part before it.
        guard !host.utf8.contains(0) else { return .failure(Failure(host: host, message: "not a host name")) }
        var hints = addrinfo()
        hints.ai_flags = Int32(AI_ADDRCONFIG)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failure(Failure(host: host, message: String(cString: gai_strerror(code)))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let address = current.pointee.ai_addr.flatMap({ SocketAddress($0) }), !addresses.contains(address) {
                addresses.append(address)
            }
            entry = current.pointee.ai_next
        }
        guard !addresses.isEmpty else { return .failure(Failure(host: host, message: "no address")) }
        return .success(addresses)
    }
}
