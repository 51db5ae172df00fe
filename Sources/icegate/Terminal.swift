import ArgumentParser
import Glibc
import IcegateCommands

/// Standard error as people read it.
enum Terminal {
    private static let painter = Painter(descriptor: STDERR_FILENO, environment: GatewayOptions.environment)

    /// Writes lines, with colours where they are wanted.
    static func complain(_ text: String) { TextFile.complain(painter.paint(text)) }

    /// Writes what was asked for to standard output.
    ///
    /// - Throws: exit status 1, after a message, when it has no place there.
    static func print(_ text: String) throws {
        guard !TextFile.write(Array(text.utf8), STDOUT_FILENO) else { return }
        complain("icegate: error: standard output: \(String(cString: strerror(errno)))")
        throw ExitCode.failure
    }

    /// Whether somebody sees what goes to standard output.
    static var isOutputSeen: Bool { isatty(STDOUT_FILENO) == 1 }
}
