import Synchronization

/// Counts the invocations of several invokers that are not over, as those of one target on all loops. For any thread.
package final class InvocationCount: Sendable {
    private let value = Atomic<Int>(0)
    /// Counts what this one counts, too.
    private let total: InvocationCount?

    /// - Parameter total: of several counts together.
    package init(total: InvocationCount? = nil) { self.total = total }

    package var current: Int { value.load(ordering: .relaxed) }

    func add(_ number: Int) {
        value.wrappingAdd(number, ordering: .relaxed)
        total?.add(number)
    }
}
