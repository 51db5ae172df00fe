/// How JSON text is read and written; the `json:` section of the configuration.
package struct JSONOptions: Sendable, Hashable {
    package enum LongFormat: Sendable, Hashable {
        /// Decimal strings: every value survives every JSON parser.
        case string
        case number
    }

    package enum UnknownMembers: Sendable, Hashable {
        case reject, ignore
    }

    /// How a `long` is written; both forms are read.
    package var long: LongFormat
    package var unknownMembers: UnknownMembers
    /// The deepest nesting of arrays and objects accepted, 1…512; the outermost object counts as 1.
    package var depth: Int {
        didSet { depth = Self.clamped(depth) }
    }

    /// How deep instances of classes may nest, as `Ice.ClassGraphDepthMax`; 1…1,000, which the stack can hold.
    package var graphDepth = 100 {
        didSet { graphDepth = min(max(graphDepth, 1), 1_000) }
    }
    /// Instances are written in the sliced format where Slice doesn't say: `Ice.Default.SlicedFormat`.
    package var writesSliced = false

    package init(long: LongFormat = .string, unknownMembers: UnknownMembers = .reject, depth: Int = 64) {
        self.long = long
        self.unknownMembers = unknownMembers
        self.depth = Self.clamped(depth)
    }

    /// Unknown values are skipped recursively, so the limit has a limit.
    private static func clamped(_ depth: Int) -> Int { min(max(depth, 1), 512) }
}
