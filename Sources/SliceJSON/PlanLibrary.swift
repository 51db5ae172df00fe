package import Slice

/// The plans of all operations of a model; they share the tables of its types.
package struct PlanLibrary: Sendable {
    private var plans: [ScopedName: [String: OperationPlan]] = [:]

    /// - Parameters:
    ///   - proxies: nil makes operations with proxies unsupported.
    ///   - seal: nil takes slices of unknown types from anybody.
    package init(
        model: SliceModel, options: JSONOptions = JSONOptions(), proxies: (any ProxyMapping)? = nil,
        seal: (any SliceSeal)? = nil
    ) {
        var compiler = PlanCompiler(model: model, options: options, carriesProxies: proxies != nil)
        var outlines: [(interface: ScopedName, operation: String, outline: OperationOutline)] = []
        for (name, interface) in model.interfaces.sorted(by: { $0.key < $1.key }) {
            for operation in interface.operations {
                outlines.append((name, operation.info.name, OperationOutline(operation, model, &compiler)))
            }
        }
        let store = compiler.finish()
        for (interface, operation, outline) in outlines {
            plans[interface, default: [:]][operation] = OperationPlan(outline, store, options, proxies, seal)
        }
    }

    /// The plan of an operation, which must be of the model.
    package subscript(operation: Operation) -> OperationPlan? {
        plans[operation.interface]?[operation.info.name]
    }
}
