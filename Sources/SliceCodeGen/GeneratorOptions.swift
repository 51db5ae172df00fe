/// What a command line says about the Swift side of the mapping.
public struct GeneratorOptions: Sendable {
    /// The Swift module of each Slice module at the top whose definitions are used but not generated, by its name
    /// without `::`.
    public var modules: [String: String]

    /// Makes options.
    public init(modules: [String: String] = [:]) { self.modules = modules }
}
