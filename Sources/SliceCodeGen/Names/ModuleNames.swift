import Slice

/// Says where definitions are in Swift: the module, and the name in it.
///
/// Swift has no nested modules: `::M::N::C` is `NC` in the module that `::M` is mapped to. `swift:module:Name:Prefix`
/// on `::M` puts a prefix before it.
struct ModuleNames {
    let model: SliceModel
    let options: GeneratorOptions
    /// The definitions that are generated in this run.
    let own: Set<ScopedName>
    /// The Swift modules that metadata names for them.
    private let ownModules: Set<String>

    init(model: SliceModel, options: GeneratorOptions, own: Set<ScopedName>) {
        self.model = model
        self.options = options
        self.own = own
        let tops = Set(own.map(\.topLevel))
        ownModules = Set(tops.compactMap { Self.module(of: $0, saidIn: model) })
    }

    /// The name without module and backticks.
    func flatName(of definition: ScopedName) -> String {
        if let name = RuntimeTypes.name(of: definition) { return name }
        let count = definition.components.count
        let names = (2...max(2, count)).compactMap { model.info(of: definition.prefix($0))?.swiftName }
        return prefix(of: definition.topLevel) + names.joined()
    }

    /// Where a definition is.
    enum Place: Equatable {
        /// Generated here, or said to be in the same Swift module.
        case here
        /// In the runtime.
        case runtime
        /// In another Swift module.
        case module(String)
        /// Nobody said.
        case unknown
    }

    /// Where a definition is.
    func place(of definition: ScopedName) -> Place {
        if RuntimeTypes.name(of: definition) != nil { return .runtime }
        if own.contains(definition) { return .here }
        let top = definition.topLevel
        if let module = options.modules[String(top.name)] { return .module(module) }
        guard let module = Self.module(of: top, saidIn: model) else { return .unknown }
        return ownModules.contains(module) ? .here : .module(module)
    }

    // MARK: Metadata of the module at the top

    /// `swift:module:Name` or `swift:module:Name:Prefix`, or `swift:identifier:Name`.
    private static func module(of top: ScopedName, saidIn model: SliceModel) -> String? {
        guard let info = model.modules[top]?.info else { return nil }
        if let argument = info.metadata("swift:module") {
            return argument.split(separator: ":", maxSplits: 1).first.map(String.init)
        }
        return info.metadata("swift:identifier").map { $0.filter { $0 != "`" } }
    }

    private func prefix(of top: ScopedName) -> String {
        guard let argument = model.modules[top]?.info.metadata("swift:module") else { return "" }
        let parts = argument.split(separator: ":", maxSplits: 1)
        return parts.count > 1 ? String(parts[1]) : ""
    }
}
