import Slice

extension FileGenerator {
    /// A sequence or dictionary: Swift's array or dictionary under its Slice name.
    func writeAlias(_ scoped: ScopedName, _ info: ElementInfo, _ kind: String, to printer: inout CodePrinter) {
        info.printComment(to: &printer, else: "The Slice \(kind) `\(scoped)`.")
        printer.line("public typealias \(name(scoped)) = \(types.spelledOut(scoped, at: info))")
    }

    func write(_ definition: ConstantDefinition, to printer: inout CodePrinter) {
        definition.info.printComment(to: &printer, else: "The Slice constant `\(definition.scopedName)`.")
        let type = types.type(definition.type, at: definition.info)
        let value = literal(definition.value, of: definition.type)
        printer.line("public let \(name(definition.scopedName)): \(type) = \(value)")
    }
}
