import Glibc
import IcegateCommands

/// Standard error as people read it.
enum Terminal {
    private static let painter = Painter(descriptor: STDERR_FILENO, environment: GatewayOptions.environment)

    /// Writes lines, with colours where they are wanted.
    static func complain(_ text: String) { TextFile.complain(painter.paint(text)) }

    /// Whether somebody sees what goes to standard output.
    static var isOutputSeen: Bool { isatty(STDOUT_FILENO) == 1 }
}
