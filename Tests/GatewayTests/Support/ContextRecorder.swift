import Ice
import IceTesting
import Synchronization

/// An object of `::Test::Shop` that notes the context of each request, also of those that an adapter answers for a
/// servant, and has no results.
final class ContextRecorder: Dispatcher {
    struct Call: Hashable {
        var operation: String
        var context: [String: String]

        init(_ operation: String, _ context: [String: String]) {
            self.operation = operation
            self.context = context
        }
    }

    private let state = Mutex((calls: [Call](), failures: [String: Int]()))

    var calls: [Call] { state.withLock { $0.calls } }

    /// Makes the first calls of an operation end in `UnknownException`.
    func fail(first count: Int, of operation: String) { state.withLock { $0.failures[operation] = count } }

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        let fails = state.withLock { state in
            state.calls.append(Call(current.operation, current.ctx))
            guard let left = state.failures[current.operation], left > 0 else { return false }
            state.failures[current.operation] = left - 1
            return true
        }
        if fails { throw LocalException(.unknown, "not now") }
        return OutgoingResponse(
            outEncaps: Encapsulation.make(current.encoding) {
                if current.operation == "ice_isA" { $0.append(1 as UInt8) }
            })
    }
}
