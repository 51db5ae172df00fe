import Slice

/// An operation as Swift sees it.
struct OperationShape {
    let operation: Operation

    /// A result: the return value or an out-parameter.
    struct Result {
        /// The label in the tuple, without backticks.
        var label: String
        var info: ElementInfo
        var type: SliceType
        var tag: Int32?
    }

    /// The return value, then the out-parameters in their order.
    let results: [Result]

    init(_ operation: Operation) {
        self.operation = operation
        let outs = operation.outParameters.map {
            Result(label: $0.info.swiftName, info: $0.info, type: $0.type, tag: $0.tag)
        }
        guard let result = operation.result else {
            results = outs
            return
        }
        // Out-parameters may have that name.
        var label = "returnValue"
        while outs.contains(where: { $0.label == label }) { label += "_" }
        var info = operation.info
        info.name = label
        info.metadata = []
        results = [Result(label: label, info: info, type: result.type, tag: result.tag)] + outs
    }

    /// As on the wire: required out-parameters, a required return value, then what has a tag, by its tag.
    var resultsOnWire: [Result] {
        let required = results.filter { $0.tag == nil }
        let isReturnRequired = operation.result.map { $0.tag == nil } ?? false
        let ordered = isReturnRequired ? Array(required.dropFirst() + required.prefix(1)) : required
        return ordered + results.filter { $0.tag != nil }.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
    }

    /// Required parameters in their order, then those with a tag by their tag.
    var parametersOnWire: [Parameter] {
        let all = operation.inParameters
        return all.filter { $0.tag == nil }
            + all.filter { $0.tag != nil }.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
    }
}

extension FileGenerator {
    /// `String`, `(returnValue: String, note: String?)`, nil for nothing.
    func resultType(of shape: OperationShape) -> String? {
        let place = shape.operation.info
        if shape.results.isEmpty { return nil }
        if shape.results.count == 1, let only = shape.results.first {
            return types.type(only.type, isTagged: only.tag != nil, at: place)
        }
        let elements = shape.results.map {
            SwiftIdentifier.label($0.label) + ": " + types.type($0.type, isTagged: $0.tag != nil, at: $0.info)
        }
        return "(" + elements.joined(separator: ", ") + ")"
    }

    /// Classes may be among its parameters and results, or it throws exceptions.
    func wantsLoadedTypes(_ operation: Operation) -> Bool {
        let types = (operation.inParameters + operation.outParameters).map(\.type)
        return !operation.exceptions.isEmpty || hasClasses(types + [operation.result?.type].compactMap { $0 })
    }

    /// Whether instances of classes can be reached from one of the types.
    func hasClasses(_ types: [SliceType]) -> Bool { types.contains { run.facts.facts(of: $0).hasClasses } }

    /// `.slicedFormat`, nil when nothing is said or there are no instances that it could matter to.
    func format(of operation: Operation, for types: [SliceType]) -> String? {
        guard hasClasses(types) else { return nil }
        let text = operation.info.metadata("format") ?? model.interfaces[operation.interface]?.info.metadata("format")
        switch text {
        case "sliced": return ".slicedFormat"
        case "compact": return ".compactFormat"
        default: return nil
        }
    }

    /// The exceptions that an operation declares.
    func exceptions(of operation: Operation) -> String {
        guard !operation.exceptions.isEmpty else { return "[]" }
        return interfaceNames(operation.interface).exceptions + "." + operation.info.escapedName
    }

    /// The lists of exceptions: made once, not with each call.
    func writeExceptions(_ definition: InterfaceDefinition, _ names: InterfaceNames, to printer: inout CodePrinter) {
        let throwing = definition.operations.filter { !$0.exceptions.isEmpty }
        guard !throwing.isEmpty else { return }
        printer.blank()
        printer.line("/// What the operations of `\(definition.scopedName)` throw.")
        printer.block("private enum \(names.exceptions)") { printer in
            for operation in throwing {
                printer.list(
                    "static let \(operation.info.escapedName): [Ice.UserException.Type] = [",
                    operation.exceptions.map { types.reference($0, at: operation.info) + ".self" }, "]")
            }
        }
    }

    /// `istr.read(tag: 1)`
    func reading(tag: Int32?) -> String { "try istr.read(\(tag.map { "tag: \($0)" } ?? ""))" }

    /// `ostr.write(tag: 1, name)`
    func writing(_ value: String, tag: Int32?) -> String { "ostr.write(\(tag.map { "tag: \($0), " } ?? "")\(value))" }
}
