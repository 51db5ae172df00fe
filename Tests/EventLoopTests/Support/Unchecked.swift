/// Lets a test hand a closure over its own local state to ``EventLoop/execute(_:)``.
///
/// Sendable without a check: the tests that use it run the loop on their own thread, so nothing is shared.
final class Unchecked: @unchecked Sendable {
    let call: () -> Void

    init(_ call: @escaping () -> Void) { self.call = call }
}
