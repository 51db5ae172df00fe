/// The settings of a communicator, named and valued as in Ice: `Ice.MessageSizeMax=2048`.
public struct Properties: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var values: [String: String]

    /// No settings: the defaults hold.
    public init() { values = [:] }

    /// The last of equal names wins.
    public init(dictionaryLiteral elements: (String, String)...) {
        values = Dictionary(elements) { $1 }
    }

    /// - Parameter values: by name; the last of equal names wins.
    public init(_ values: some Sequence<(String, String)>) {
        self.values = Dictionary(values) { $1 }
    }

    /// The value set for a name; nil when there is none.
    public subscript(_ name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The names that are set, sorted.
    public var names: [String] { values.keys.sorted() }

    /// The names that this version does something with; those of object adapters aside.
    package static let understoodNames: Set<String> = {
        var names: Set<String> = [
            "Ice.BackgroundLocatorCacheUpdates", "Ice.BatchAutoFlushSize", "Ice.ClassGraphDepthMax", "Ice.Compression.Level",
            "Ice.Default.CollocationOptimized", "Ice.Default.EncodingVersion", "Ice.Default.EndpointSelection",
            "Ice.Default.Host", "Ice.Default.InvocationTimeout",
            "Ice.Default.Locator", "Ice.Default.LocatorCacheTimeout", "Ice.Default.Protocol", "Ice.Default.Router",
            "Ice.Default.SlicedFormat", "Ice.Default.SourceAddress", "Ice.MessageSizeMax",
            "Ice.Override.Compress", "Ice.PublishedHost", "Ice.RetryIntervals", "Ice.TCP.Backlog", "Ice.ToStringMode",
            "Ice.Trace.Locator",
        ]
        names.formUnion(TLSSettings.understoodNames)
        for side in ["Client", "Server"] {
            for name in [
                "ConnectTimeout", "CloseTimeout", "EnableIdleCheck", "IdleTimeout", "InactivityTimeout",
                "MaxDispatches",
            ] {
                names.insert("Ice.Connection.\(side).\(name)")
            }
        }
        return names
    }()

    /// - Throws: ``LocalException`` `.parse` when the value is set and not an integer.
    package func integer(_ name: String, default standard: Int) throws(LocalException) -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text) else { throw LocalException(.parse, "property \(name)=\(text) is not a number") }
        return number
    }

    /// A time given in seconds, fractions allowed, in nanoseconds; 0 stands for none.
    func seconds(_ name: String, default standard: Double) throws(LocalException) -> UInt64 {
        guard let text = values[name] else { return UInt64(standard * 1e9) }
        guard let number = Double(text), number.isFinite else {
            throw LocalException(.parse, "property \(name)=\(text) is not a number of seconds")
        }
        return number > 0 ? UInt64(min(number, 1e9) * 1e9) : 0
    }

    /// Integers separated by blanks or commas.
    func integers(_ name: String, default standard: [Int]) throws(LocalException) -> [Int] {
        guard let text = values[name] else { return standard }
        var numbers: [Int] = []
        for part in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }) {
            guard let number = Int(part) else {
                throw LocalException(.parse, "property \(name)=\(text) is not a list of numbers")
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
