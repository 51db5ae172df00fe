import Slice

extension FileGenerator {
    /// Whether `["marshaled-result"]` stands at it, or its interface, and it has results for which that matters.
    func hasMarshaledResult(_ operation: Operation) -> Bool {
        let isWanted =
            operation.info.metadata("marshaled-result") != nil
            || model.interfaces[operation.interface]?.info.metadata("marshaled-result") != nil
        return isWanted && OperationShape(operation).results.contains { WireFacts.isMutableAfterReturn($0.type) }
    }

    /// `Greeter_HistoryMarshaledResult`
    func marshaledResultName(_ operation: Operation) -> String {
        let name = operation.info.swiftName
        let flat = run.names.flatName(of: operation.interface)
        return "\(flat)_\(name.prefix(1).uppercased())\(name.dropFirst())MarshaledResult"
    }

    func writeMarshaledResult(_ operation: Operation, to printer: inout CodePrinter) {
        let shape = OperationShape(operation)
        printer.line(
            "/// The results of the operation `\(operation.info.name)`, marshaled when it is made: what they are made of"
        )
        printer.line("/// may change afterwards.")
        printer.block("public struct \(marshaledResultName(operation)): Ice.MarshaledResult") { printer in
            printer.line("/// The answer.")
            printer.line("public let response: Ice.OutgoingResponse")
            printer.blank()
            printer.line("/// Marshals the results as the request wants them.")
            printer.listBlock(
                "public init(", ["_ result: \(resultType(of: shape) ?? "")", "current: Ice.Current"], ") throws"
            ) { printer in
                writeResultWriting(shape, "response = try current.makeOutgoingResponse", to: &printer)
            }
        }
    }
}
