import Glibc
import Synchronization

/// A process with a pipe on each standard stream. It ends with the test, and with the test process if that dies:
/// closing its standard input ends it (see ``launch(_:endsWithInput:)``).
final class ChildProcess: Sendable {
    let name: String
    private let pid: pid_t
    private let input: Int32
    /// The lines of standard output, each handed out once.
    private let lines: AsyncStream<String>
    private let errors = Mutex("")
    /// Ends with standard error.
    private let errorsEnd: AsyncStream<Void>
    /// Nil while the process runs or hasn't been waited for.
    private let exitStatus = Mutex<Int32?>(nil)

    /// - Parameter endsWithInput: whether the program itself ends at the end of its standard input. One that doesn't is
    ///   told to terminate by a watching shell.
    static func launch(_ command: [String], endsWithInput: Bool = true) throws -> ChildProcess {
        let watched = #"exec 3<&0; (cat <&3; kill -TERM $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null"#
        return try ChildProcess(endsWithInput ? command : ["/bin/sh", "-c", watched, "sh"] + command, name: command[0])
    }

    private init(_ command: [String], name: String) throws {
        self.name = name
        let (pid, input, output, errors) = try Self.start(command)
        self.pid = pid
        self.input = input
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        self.lines = lines
        let (errorsEnd, errorsContinuation) = AsyncStream.makeStream(of: Void.self)
        self.errorsEnd = errorsEnd
        Task {
            try await offThePool {
                readLines(from: output) { continuation.yield($0) }
                continuation.finish()
            }
        }
        Task { [self] in
            try await offThePool { [self] in
                readLines(from: errors) { line in self.errors.withLock { $0 += line + "\n" } }
                errorsContinuation.finish()
            }
        }
    }

    /// - Returns: our ends of the standard streams.
    private static func start(
        _ command: [String]
    ) throws -> (pid: pid_t, input: Int32, output: Int32, errors: Int32) {
        let (input, output, errors) = (try Pipe(), try Pipe(), try Pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, input.read, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.write, 2)
        // Other tests run meanwhile: a child that kept one of their sockets open would keep them waiting for its end.
        try addCloseFrom(&actions, 3)
        var arguments = command.map { strdup($0) } + [nil]
        var pid = pid_t()
        let code = posix_spawn(&pid, command[0], &actions, nil, &arguments, environ)
        posix_spawn_file_actions_destroy(&actions)
        for argument in arguments { free(argument) }
        for descriptor in [input.read, output.write, errors.write] { close(descriptor) }
        guard code == 0 else {
            for descriptor in [input.write, output.read, errors.read] { close(descriptor) }
            throw HarnessError("can't start \(command[0]): \(String(cString: strerror(code)))")
        }
        return (pid, input.write, output.read, errors.read)
    }

    /// What came on standard error up to now.
    var standardError: String { errors.withLock { $0 } }

    /// All of standard error, awaited to its end.
    func allStandardError() async throws -> String {
        for await _ in errorsEnd {}
        try Task.checkCancellation()
        return standardError
    }

    /// Awaits the next line of standard output that contains `text`, passing over others.
    ///
    /// - Throws: ``HarnessError`` with what it said instead, when the process closes its output first.
    func line(containing text: String) async throws -> String {
        var others: [String] = []
        for await line in lines {
            if line.contains(text) { return line }
            others.append(line)
        }
        try Task.checkCancellation()
        let said = others.suffix(20).map { $0 + "\n" }.joined() + standardError
        throw HarnessError("\(name) ended without a line with '\(text)'; it said:\n\(said)")
    }

    /// All lines of standard output up to its end.
    func remainingLines() async -> [String] {
        var result: [String] = []
        for await line in lines { result.append(line) }
        return result
    }

    /// Sends a signal; a process that was already waited for gets none.
    func send(_ signal: Int32) {
        exitStatus.withLock { status in
            if status == nil { kill(pid, signal) }
        }
    }

    /// Stops all its threads and awaits that; `SIGCONT` makes them go on.
    func pause() async throws {
        send(SIGSTOP)
        let pid = pid
        try await offThePool {
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WSTOPPED) == -1 {
                guard errno == EINTR else { throw HarnessError("waitid: \(String(cString: strerror(errno)))") }
            }
        }
    }

    /// Awaits the end. Not to be called from two tasks at once.
    ///
    /// - Returns: the exit status, or minus the number of the signal that ended it.
    @discardableResult
    func waitForExit() async throws -> Int32 {
        if let status = exitStatus.withLock({ $0 }) { return status }
        let pid = pid
        try await offThePool {
            // Looks only: until the process is reaped below, its id can't be another one's.
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        }
        close(input)
        return exitStatus.withLock { status in
            var code: Int32 = 0
            while waitpid(pid, &code, 0) == -1, errno == EINTR {}
            let result = code & 0x7F == 0 ? (code >> 8) & 0xFF : -(code & 0x7F)
            status = result
            return result
        }
    }

    /// Ends the process, whatever it is doing, and cleans up after it.
    func end() async throws {
        send(SIGKILL)
        try await waitForExit()
    }
}

private struct Pipe {
    let read: Int32
    let write: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw HarnessError("pipe: \(String(cString: strerror(errno)))") }
        (read, write) = (ends[0], ends[1])
    }
}

/// `posix_spawn_file_actions_addclosefrom_np`, an extension of glibc (2.34) that its Swift module doesn't show.
private func addCloseFrom(_ actions: inout posix_spawn_file_actions_t, _ first: Int32) throws {
    typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
        throw HarnessError("this glibc can't close descriptors on posix_spawn; 2.34 or later can")
    }
    let code = unsafeBitCast(symbol, to: Function.self)(&actions, first)
    guard code == 0 else { throw HarnessError("closefrom: \(String(cString: strerror(code)))") }
}

/// Reads and closes `descriptor`, handing out each line without its end.
private func readLines(from descriptor: Int32, _ body: (String) -> Void) {
    defer { close(descriptor) }
    var line: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        for byte in chunk[..<count] {
            if byte == UInt8(ascii: "\n") {
                body(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(byte)
            }
        }
    }
    if !line.isEmpty { body(String(decoding: line, as: UTF8.self)) }
}
