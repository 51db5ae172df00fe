import Slice

extension FileGenerator {
    /// What one interface becomes.
    struct InterfaceNames {
        /// Without suffix and backticks.
        var flat: String
        var traits: String { flat + "Traits" }
        var proxy: String { flat + "Prx" }
        var proxyProtocol: String { flat + "PrxProtocol" }
        var exceptions: String { flat + "Exceptions" }
        /// The protocol of servants, in backticks where Swift needs them.
        var servant: String
    }

    func interfaceNames(_ name: ScopedName) -> InterfaceNames {
        let flat = run.names.flatName(of: name)
        return InterfaceNames(flat: flat, servant: SwiftIdentifier.escaped(flat + servantSuffix(name)))
    }

    /// A class of the 3.7 spelling that is an interface, too, has the name itself.
    private func servantSuffix(_ name: ScopedName) -> String { model.classes[name] == nil ? "" : "Disp" }

    func write(_ definition: InterfaceDefinition, to printer: inout CodePrinter) {
        let names = interfaceNames(definition.scopedName)
        types.needsRuntime()
        checkOperations(of: definition)
        writeTraits(definition, names, to: &printer)
        printer.blank()
        writeProxy(definition, names, to: &printer)
        for operation in definition.operations where hasMarshaledResult(operation) {
            printer.blank()
            writeMarshaledResult(operation, to: &printer)
        }
        printer.blank()
        writeServant(definition, names, to: &printer)
        printer.blank()
        writeDispatch(definition, names, to: &printer)
        writeExceptions(definition, names, to: &printer)
    }

    private func checkOperations(of definition: InterfaceDefinition) {
        let all = model.allOperations(of: definition.scopedName)
        checkDistinct(all.map(\.info), "operation")
        let names = Set(all.map(\.info.swiftName))
        for operation in definition.operations {
            checkDistinct((operation.inParameters + operation.outParameters).map(\.info), "parameter")
            if operation.info.swiftName == "Ice" {
                error(
                    "operation '\(operation.info.name)' has the name of the module that generated code needs: give it "
                        + "another with swift:identifier", at: operation.info)
            }
            if names.contains(operation.info.swiftName + "Async") {
                error(
                    "the method '\(operation.info.swiftName)Async' of operation '\(operation.info.name)' has the name of "
                        + "another operation: give one of them another name with swift:identifier", at: operation.info)
            }
        }
    }

    private func writeTraits(
        _ definition: InterfaceDefinition, _ names: InterfaceNames, to printer: inout CodePrinter
    ) {
        printer.line("/// The type ids of the Slice interface `\(definition.scopedName)`.")
        printer.block("public struct \(names.traits): Ice.SliceTraits") { printer in
            let string = types.standard("String")
            printer.line("/// Of the interface and its bases, sorted.")
            let ids = model.typeIDs(of: definition.scopedName).map { "\"\($0)\"" }
            printer.list("public static let staticIds: [\(string)] = [", ids, "]")
            printer.line("/// Of the interface.")
            printer.line("public static let staticId: \(string) = \"\(definition.scopedName)\"")
        }
    }

    private func writeProxy(
        _ definition: InterfaceDefinition, _ names: InterfaceNames, to printer: inout CodePrinter
    ) {
        let bases = definition.bases.map { types.reference($0, suffix: "PrxProtocol", at: definition.info) }
        printer.line("/// What proxies of ``\(names.flat)`` and of the interfaces derived from it have.")
        printer.list(
            "public protocol \(names.proxyProtocol): ", bases.isEmpty ? ["Ice.Proxy"] : bases, " {}")
        printer.blank()
        definition.info.printComment(to: &printer, else: "A proxy of the Slice interface `\(definition.scopedName)`.")
        printer.block("public struct \(names.proxy): \(names.proxyProtocol)") { printer in
            printer.line("/// The type id of the interface.")
            printer.line(
                "public static var ice_staticId: \(types.standard("String")) { \(names.traits).staticId }")
            printer.line("/// The same without the interface.")
            printer.line("public let untyped: Ice.ObjectPrx")
            printer.blank()
            printer.line("/// Takes the interface for granted.")
            printer.line("public init(untyped: Ice.ObjectPrx) { self.untyped = untyped }")
            printer.line("/// The same object by this interface: its own, or a base of it.")
            printer.line("public init(_ other: some \(names.proxyProtocol)) { untyped = other.untyped }")
        }
        guard !definition.operations.isEmpty else { return }
        printer.blank()
        printer.block("extension \(names.proxyProtocol)") { printer in
            for operation in definition.operations {
                printer.blank()
                writeProxyMethods(operation, to: &printer)
            }
        }
    }
}
