import Glibc

/// The command line of OpenSSL: another maker of keys and signatures than what is tested.
///
/// Not by Foundation's `Process`: in a process with hundreds of open descriptors it reads past the end of a directory's buffer.
enum OpenSSLTool {
    struct Failure: Error {
        let arguments: [String]
        let status: Int32
    }

    /// What it prints.
    static func run(_ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
        try await onThread {
            // Files without a name.
            guard let standardInput = tmpfile() else { throw Failure(arguments: arguments, status: errno) }
            defer { fclose(standardInput) }
            guard let standardOutput = tmpfile() else { throw Failure(arguments: arguments, status: errno) }
            defer { fclose(standardOutput) }
            fwrite(input, 1, input.count, standardInput)
            rewind(standardInput)
            let status = try spawn(arguments, fileno(standardInput), fileno(standardOutput))
            guard status == 0 else { throw Failure(arguments: arguments, status: status) }
            return contents(of: fileno(standardOutput))
        }
    }

    /// - Returns: the wait status.
    private static func spawn(_ arguments: [String], _ input: Int32, _ output: Int32) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = (["openssl"] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var child: pid_t = 0
        let failure = posix_spawnp(&child, "openssl", &actions, nil, words, environ)
        guard failure == 0 else { throw Failure(arguments: arguments, status: failure) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private static func contents(of file: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = pread(file, &chunk, chunk.count, bytes.count)
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
        }
    }
}
