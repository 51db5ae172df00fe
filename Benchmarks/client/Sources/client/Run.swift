import Glibc
import Ice
import IceEncoding
import Synchronization

/// What all places of the window share.
final class Run: Sendable {
    let greeter: ObjectPrx
    let calls = Atomic<Int>(0)
    let errors = Atomic<Int>(0)
    let isStopping = Atomic<Bool>(false)

    init(_ greeter: ObjectPrx) { self.greeter = greeter }

    func count(isRight: Bool) {
        calls.add(1, ordering: .relaxed)
        if !isRight { errors.add(1, ordering: .relaxed) }
    }

    var goesOn: Bool { !isStopping.load(ordering: .relaxed) }
}

/// One place of the window: a name of its own, so that an answer in the wrong place is seen.
struct Place: Sendable {
    let run: Run
    let name: String
    let expected: String

    init(_ run: Run, _ index: Int) {
        self.run = run
        name = "visitor \(index)"
        expected = "Hello, \(name)!"
    }

    /// What generated code does with the parameter.
    func encode() -> [UInt8] {
        var buffer = OutputBuffer(minimumCapacity: 64)
        let start = buffer.beginEncapsulation()
        buffer.appendString(name)
        buffer.endEncapsulation(start)
        return Array(buffer.bytes)
    }

    /// What generated code does with the result, and whether it is the right one.
    func isRight(_ result: InvocationResult) -> Bool {
        guard result.ok else { return false }
        return result.outEncaps.withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            guard var payload = try? cursor.readEncapsulation().payload else { return false }
            return (try? payload.readString()) == expected
        }
    }

    /// The first form: each answer's callback makes the next call.
    /// - Parameter executor: where callbacks run; nil for the runtime's default.
    func call(on executor: (any TaskExecutor)?, _ completion: @escaping @Sendable () -> Void) {
        do {
            let future = try run.greeter.ice_invokeAsync(operation: "greet", mode: .normal, inEncaps: encode())
            let body: @Sendable (Result<InvocationResult, any Error>) -> Void = { result in
                guard case .success(let answer) = result else {
                    run.count(isRight: false)
                    return completion()
                }
                run.count(isRight: isRight(answer))
                if run.goesOn { call(on: executor, completion) } else { completion() }
            }
            if let executor { future.onCompletion(on: executor, body) } else { future.onCompletion(body) }
        } catch {
            run.count(isRight: false)
            completion()
        }
    }

    /// The second form: a task that waits for each answer.
    func callAndAwait() async {
        while run.goesOn {
            let answer = try? await run.greeter.ice_invoke(operation: "greet", mode: .normal, inEncaps: encode())
            guard let answer else { return run.count(isRight: false) }
            run.count(isRight: isRight(answer))
        }
    }
}
