import Glibc
import Synchronization

/// Entries that go with every request of a communicator that gets no explicit context. Entries of the proxy's context
/// win over those of the same key here.
///
/// The property `Ice.ImplicitContext` says whether there is one: `None` (the default), `Shared` for all threads, or
/// `PerThread`. With the last a request has the entries of the thread that makes it; a task may find itself in another
/// thread after each `await`.
public final class ImplicitContext: Sendable {
    private final class Entries {
        var all: [String: String] = [:]
    }

    private enum Place: Sendable {
        case shared
        case thread(pthread_key_t)
    }

    private let entries = Mutex<[String: String]>([:])
    private let place: Place

    /// - Throws: ``LocalException`` `.property` for another value of the property than the three, `.socket` when the system
    ///   has no room for one a thread.
    static func make(_ properties: Properties) throws(LocalException) -> ImplicitContext? {
        switch properties["Ice.ImplicitContext"] ?? "None" {
        case "None": return nil
        case "Shared": return ImplicitContext(.shared)
        case "PerThread":
            var key = pthread_key_t()
            let code = pthread_key_create(&key) { entries in
                if let entries { Unmanaged<Entries>.fromOpaque(entries).release() }
            }
            guard code == 0 else { throw LocalException(.socket, "pthread_key_create: error \(code)") }
            return ImplicitContext(.thread(key))
        case let text:
            throw LocalException(
                .property, "property Ice.ImplicitContext=\(text) is none of None, Shared and PerThread")
        }
    }

    private init(_ place: Place) { self.place = place }

    deinit {
        if case .thread(let key) = place { pthread_key_delete(key) }
    }

    private func with<Value: Sendable>(_ body: (inout [String: String]) -> Value) -> Value {
        switch place {
        case .shared: return entries.withLock { body(&$0) }
        case .thread(let key):
            if let own = pthread_getspecific(key) {
                return body(&Unmanaged<Entries>.fromOpaque(own).takeUnretainedValue().all)
            }
            let own = Entries()
            pthread_setspecific(key, Unmanaged.passRetained(own).toOpaque())
            return body(&own.all)
        }
    }
}

extension ImplicitContext {
    // MARK: Entries

    /// All entries.
    public func getContext() -> [String: String] { with { $0 } }

    /// Replaces all entries.
    public func setContext(_ newContext: [String: String]) { with { $0 = newContext } }

    /// Whether there is an entry.
    public func containsKey(_ key: String) -> Bool { with { $0[key] != nil } }

    /// The value of an entry; empty when there is none.
    public func get(_ key: String) -> String { with { $0[key] ?? "" } }

    /// Sets an entry.
    ///
    /// - Returns: its value before; empty when there was none.
    @discardableResult
    public func put(key: String, value: String) -> String { with { $0.updateValue(value, forKey: key) ?? "" } }

    /// Takes an entry out.
    ///
    /// - Returns: its value; empty when there was none.
    @discardableResult
    public func remove(_ key: String) -> String { with { $0.removeValue(forKey: key) ?? "" } }

    /// What goes with a request of a proxy that has this context.
    func combined(with context: [String: String]) -> [String: String] {
        getContext().merging(context) { _, ofProxy in ofProxy }
    }
}
