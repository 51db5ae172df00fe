import Synchronization

/// The settings of a communicator, named and valued as in Ice: `Ice.MessageSizeMax=2048`.
///
/// Shared by all that have it, as in Ice: a communicator reads its own settings once, when it is made, those of an object
/// adapter when that is created, and yours when you ask. Safe from any thread.
public final class Properties: Sendable, ExpressibleByDictionaryLiteral {
    struct Entry {
        var value: String
        /// Whether somebody has read it.
        var isUsed = false
    }

    let entries: Mutex<[String: Entry]>

    /// No settings: the defaults hold.
    public convenience init() { self.init([]) }

    /// The last of equal names wins.
    public convenience init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    /// - Parameter values: by name; the last of equal names wins.
    public init(_ values: some Sequence<(String, String)>) {
        entries = Mutex(Dictionary(values.map { ($0, Entry(value: $1)) }) { $1 })
    }

    init(entries: [String: Entry]) { self.entries = Mutex(entries) }

    /// Settings of their own with the same values.
    public func clone() -> Properties { Properties(entries: entries.withLock { $0 }) }
}

extension Properties: Equatable {
    /// Whether both have the same names and values now.
    public static func == (left: Properties, right: Properties) -> Bool {
        left === right || left.values == right.values
    }

    private var values: [String: String] { entries.withLock { $0.mapValues(\.value) } }
}

extension Properties {
    // MARK: Optional values

    /// The value set for a name; nil when there is none. An empty one is a value here.
    public subscript(_ name: String) -> String? {
        get {
            entries.withLock { entries in
                entries[name]?.isUsed = true
                return entries[name]?.value
            }
        }
        set {
            entries.withLock { entries in
                entries[name] = newValue.map { Entry(value: $0, isUsed: entries[name]?.isUsed ?? false) }
            }
        }
    }

    /// The names that are set, sorted.
    public var names: [String] { entries.withLock { $0.keys.sorted() } }

    /// The names that are set and were never read, sorted.
    var unusedNames: [String] { entries.withLock { $0.filter { !$1.isUsed }.keys.sorted() } }
}

extension Properties {
    // MARK: For the runtime

    /// - Throws: ``LocalException`` `.property` when the value is set and not an integer.
    package func integer(_ name: String, default standard: Int) throws(LocalException) -> Int {
        guard let text = self[name] else { return standard }
        guard let number = Int(text) else {
            throw LocalException(.property, "property \(name)=\(text) is not a number")
        }
        return number
    }

    /// A time given in seconds, fractions allowed, in nanoseconds; 0 stands for none.
    func seconds(_ name: String, default standard: Double) throws(LocalException) -> UInt64 {
        guard let text = self[name] else { return UInt64(standard * 1e9) }
        guard let number = Double(text), number.isFinite else {
            throw LocalException(.property, "property \(name)=\(text) is not a number of seconds")
        }
        return number > 0 ? UInt64(min(number, 1e9) * 1e9) : 0
    }

    /// Integers separated by blanks or commas.
    func integers(_ name: String, default standard: [Int]) throws(LocalException) -> [Int] {
        guard let text = self[name] else { return standard }
        var numbers: [Int] = []
        for part in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }) {
            guard let number = Int(part) else {
                throw LocalException(.property, "property \(name)=\(text) is not a list of numbers")
            }
            numbers.append(number)
        }
        return numbers
    }
}

extension UInt64 {
    /// For durations: what does not fit is as good as for ever.
    func multipliedOrMaximum(by factor: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
