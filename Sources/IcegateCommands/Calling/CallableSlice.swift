import Gateway
package import IceEncoding
import IceMock
package import Slice
import SliceJSON

/// Slice whose operations can be called, and the operations that every object has.
package struct CallableSlice: Sendable {
    private let model: SliceModel
    private let plans: PlanLibrary
    private let builtIn: [CallableOperation]

    /// - Parameters:
    ///   - model: nil: only what every object has.
    ///   - defaults: what proxies in parameters mean where their text says nothing.
    package init(_ model: SliceModel?, defaults: ProxyDefaults) {
        let model = model ?? SliceModel()
        self.model = model
        let proxies = PlainProxies(defaults: defaults)
        plans = PlanLibrary(model: model, proxies: proxies)
        builtIn = BuiltInSlice.operations
    }

    /// The type ids of the interfaces in the files that were named, sorted.
    package var interfaces: [String] { model.callableInterfaces.map(\.text) }

    /// Those of the type ids that are interfaces in the files, without the bases of others, sorted.
    package func mostDerived(of typeIDs: [String]) -> [String] {
        model.mostDerived(of: Set(typeIDs)).map(\.text)
    }

    /// The operations of an interface, inherited ones too, in the order of declaration.
    ///
    /// - Parameter interface: the leading `::` may be left out.
    /// - Throws: ``CallFailure`` when there is no such interface.
    package func operations(of interface: String) throws(CallFailure) -> [CallableOperation] {
        let name = ScopedName(interface.hasPrefix("::") ? interface : "::" + interface)
        if name.text == BuiltInSlice.typeID { return builtIn }
        guard let definition = model.interfaces[name], !definition.isDeclaredOnly, !definition.isLocal else {
            let known = interfaces
            let nearest = Suggestion.nearest(to: name.text, in: known).map { "did you mean \($0)? " } ?? ""
            throw CallFailure(
                "interface \(name) is not in the Slice files",
                hint: known.isEmpty
                    ? "name the Slice file that defines it: --slice FILE"
                    : nearest + "there are \(known.prefix(8).joined(separator: ", "))")
        }
        return model.allOperations(of: name).compactMap(callable)
    }

    /// The operation of a name.
    ///
    /// Without an interface those of all files are looked through; when several declare it, the target is asked.
    ///
    /// - Parameter ask: the type ids of the target; nil when it can't answer.
    /// - Throws: ``CallFailure``, or what `ask` throws.
    package func operation(
        _ name: String, interface: String?, ask: () throws -> [String]?
    ) throws -> CallableOperation {
        if let operation = builtIn.first(where: { $0.name == name }) { return operation }
        if let interface {
            let operations = try operations(of: interface)
            guard let operation = operations.first(where: { $0.name == name }) else {
                throw unknown(name, operations, in: interface)
            }
            return operation
        }
        let main = declaring(name, in: model.callableInterfaces)
        let found = main.isEmpty ? declaring(name, in: model.interfaces.keys.sorted()) : main
        guard let first = found.first else {
            throw unknown(name, try interfaces.flatMap { try operations(of: $0) }, in: nil)
        }
        guard found.count > 1 else { return first }
        let declared = found.map(\.operation.interface.text).joined(separator: ", ")
        guard let typeIDs = try ask() else {
            throw CallFailure(
                "several interfaces have an operation '\(name)': \(declared)",
                hint: "say which one: --interface \(first.operation.interface)")
        }
        let answered = found.filter { typeIDs.contains($0.operation.interface.text) }
        guard let only = answered.first, answered.count == 1 else {
            throw CallFailure(
                "several interfaces have an operation '\(name)' (\(declared)); the target is a \(typeIDs.joined(separator: ", "))",
                hint: "say which one: --interface \(first.operation.interface)")
        }
        return only
    }

    /// The operations of that name that the interfaces declare or inherit, each once.
    private func declaring(_ name: String, in interfaces: [ScopedName]) -> [CallableOperation] {
        var seen: Set<ScopedName> = []
        var result: [CallableOperation] = []
        for interface in interfaces {
            for operation in model.allOperations(of: interface) where operation.info.name == name {
                guard seen.insert(operation.interface).inserted, let callable = callable(operation) else { continue }
                result.append(callable)
            }
        }
        return result
    }

    private func callable(_ operation: Operation) -> CallableOperation? {
        plans[operation].map {
            CallableOperation(operation: operation, plan: $0, name: operation.info.name, model: model)
        }
    }

    private func unknown(_ name: String, _ operations: [CallableOperation], in interface: String?) -> CallFailure {
        guard !operations.isEmpty || interface != nil else {
            return CallFailure(
                "no Slice is loaded that has an operation '\(name)'",
                hint: "name the Slice file that has it: --slice FILE; without one there are "
                    + builtIn.map(\.name).joined(separator: ", "))
        }
        let names = operations.map(\.name) + builtIn.map(\.name)
        let nearest = Suggestion.nearest(to: name, in: names).map { "did you mean '\($0)'? " } ?? ""
        return CallFailure(
            "\(interface ?? "the Slice") has no operation '\(name)'",
            hint: nearest + "leave the operation out to see them all")
    }
}

/// The operations of `::Ice::Object`, which no Slice file declares.
enum BuiltInSlice {
    static let typeID = "::Ice::Object"

    /// Without `ice_`, which is no name in Slice.
    private static let source = """
        module Ice {
            sequence<string> StringSeq;
            interface Every {
                idempotent bool isA(string id);
                idempotent void ping();
                idempotent StringSeq ids();
                idempotent string id();
            }
        }
        """

    static let operations: [CallableOperation] = {
        guard let model = SliceCompiler.compile(source: source, name: "Object.ice").model else { return [] }
        let plans = PlanLibrary(model: model)
        return model.allOperations(of: ScopedName("::Ice::Every")).compactMap { operation in
            plans[operation].map {
                CallableOperation(
                    operation: operation, plan: $0, name: "ice_" + operation.info.name, model: model)
            }
        }
    }()
}
