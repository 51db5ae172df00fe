// Calls the servant with our own runtime, to be measured beside ZeroC's Ice for C++.
//
//   client FORM PORT WINDOW WARM_UP SECONDS
//
// FORM is callbacks or await, with -loop behind it on the runtime's own thread, else on the cooperative pool. So many calls are in flight all the time: the next one is made when one completes.
// Writes one line of JSON: what the measured interval saw, the time before it not counted.

import Glibc
import Ice

struct Measurement {
    let calls: Int
    /// Microseconds, of all threads.
    let cpu: Double
    let time: ContinuousClock.Instant

    init(_ run: Run) {
        calls = run.calls.load(ordering: .relaxed)
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cpu =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        time = .now
    }
}

@main
struct Client {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let forms = ["callbacks", "callbacks-loop", "await", "await-loop"]
        guard arguments.count == 6, let window = Int(arguments[3]), let warmUp = Double(arguments[4]),
            let seconds = Double(arguments[5]), forms.contains(arguments[1])
        else {
            print("usage: client callbacks|await[-loop] PORT WINDOW WARM_UP SECONDS")
            exit(64)
        }
        let communicator = try Communicator()
        guard let greeter = try communicator.makeProxy("greeter:tcp -h 127.0.0.1 -p \(arguments[2])") else { exit(64) }
        try await greeter.ice_ping()
        let run = Run(greeter)
        let executor = arguments[1].hasSuffix("-loop") ? greeter.ice_loopExecutor : nil
        let awaits = arguments[1].hasPrefix("await")
        await withTaskGroup { group in
            for index in 0..<window {
                let place = Place(run, index)
                group.addTask(executorPreference: executor) {
                    if awaits { return await place.callAndAwait() }
                    await withCheckedContinuation { continuation in place.call(on: executor) { continuation.resume() } }
                }
            }
            try? await Task.sleep(for: .seconds(warmUp))
            let before = Measurement(run)
            try? await Task.sleep(for: .seconds(seconds))
            let after = Measurement(run)
            run.isStopping.store(true, ordering: .relaxed)
            await group.waitForAll()
            let interval = (after.time - before.time) / .seconds(1)
            print(
                "{\"calls\": \(after.calls - before.calls), \"seconds\": \(interval), "
                    + "\"cpu_us\": \(after.cpu - before.cpu), \"errors\": \(run.errors.load(ordering: .relaxed))}")
        }
        await communicator.destroy()
    }
}
