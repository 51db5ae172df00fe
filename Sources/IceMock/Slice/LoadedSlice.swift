package import Slice
import SliceJSON

/// Slice files, compiled: what ``SliceServant`` and ``SliceCaller`` need to know of interfaces. No generated code is needed.
public final class LoadedSlice: Sendable {
    package let model: SliceModel
    private let plans: PlanLibrary
    /// What the compiler had to say although it compiled, as `file:line:column: warning: …`.
    public let warnings: [String]

    /// Loads Slice files and all they include.
    ///
    /// - Parameters:
    ///   - include: folders searched by `#include`.
    ///   - define: preprocessor macros, as `NAME` or `NAME=VALUE`.
    /// - Throws: ``MockFailure`` with all errors, as `file:line:column: error: …` with the line and a caret.
    public convenience init(
        files: [String], include: [String] = [], define: [String] = []
    ) throws(MockFailure) {
        let defines = define.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (name: parts.first ?? "", value: parts.count > 1 ? parts[1] : "1")
        }
        let compiler = SliceCompiler(options: SliceCompiler.Options(includePaths: include, defines: defines))
        try self.init(compiler.compile(files))
    }

    /// Compiles a text, which can't include anything.
    ///
    /// - Throws: ``MockFailure`` with all errors.
    public convenience init(source: String, name: String = "Test.ice") throws(MockFailure) {
        try self.init(SliceCompiler.compile(source: source, name: name))
    }

    package init(_ compilation: SliceCompiler.Compilation) throws(MockFailure) {
        let diagnostics = compilation.diagnostics.map { "\($0)" }
        guard let model = compilation.model else { throw MockFailure(diagnostics.joined(separator: "\n")) }
        self.model = model
        warnings = diagnostics
        plans = PlanLibrary(model: model, proxies: PlainProxies())
    }

    /// The type ids of the interfaces in the files that were named, not in included ones; sorted.
    public var interfaces: [String] {
        model.interfaces.values
            .filter { model.mainDefinitions.contains($0.scopedName) && !$0.isLocal && !$0.isDeclaredOnly }
            .map(\.scopedName.text).sorted()
    }

    /// The operations of an interface by name, inherited ones included.
    ///
    /// - Parameter typeId: its leading `::` may be left out.
    func interface(_ typeId: String) throws(MockFailure) -> MockedInterface {
        let name = ScopedName(typeId.hasPrefix("::") ? typeId : "::" + typeId)
        guard let definition = model.interfaces[name], !definition.isDeclaredOnly, !definition.isLocal else {
            let known = interfaces.prefix(8).joined(separator: ", ")
            throw MockFailure(
                "interface \(name) is not in the Slice files" + (known.isEmpty ? "" : "; there are \(known)"))
        }
        var operations: [String: MockedOperation] = [:]
        for operation in model.allOperations(of: name) {
            guard let plan = plans[operation] else { continue }
            operations[operation.info.name] = MockedOperation(operation: operation, plan: plan)
        }
        let inherited = model.typeIDs(of: name).filter { $0 != name.text }
        return MockedInterface(typeIds: [name.text] + inherited, operations: operations)
    }
}

/// An interface with the plans of its operations.
struct MockedInterface: Sendable {
    /// Its own one first.
    var typeIds: [String]
    /// By name.
    var operations: [String: MockedOperation]

    var typeId: String { typeIds.first ?? "::Ice::Object" }
}
