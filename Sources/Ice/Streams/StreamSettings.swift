/// What a communicator's properties say about instances of classes and exceptions.
struct StreamSettings: Sendable {
    /// How deep instances may be nested, in both directions.
    var classGraphDepthMax = 100
    /// Whether instances may refer to each other in circles, which nobody frees.
    var acceptClassCycles = false
    /// Of operations whose metadata doesn't say.
    var format = FormatType.compactFormat

    static let standard = StreamSettings()
}

extension StreamSettings {
    /// The depth that a stack of 2 MiB suffices for; values below 1 mean this one, too.
    private static let deepest = 250

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties) throws(LocalException) {
        let depth = try properties.integer("Ice.ClassGraphDepthMax", default: classGraphDepthMax)
        classGraphDepthMax = depth < 1 ? Self.deepest : min(depth, Self.deepest)
        acceptClassCycles = try properties.integer("Ice.AcceptClassCycles", default: 0) > 0
        format = try properties.integer("Ice.Default.SlicedFormat", default: 0) > 0 ? .slicedFormat : .compactFormat
    }
}
