import Slice

extension FileGenerator {
    func write(_ definition: EnumDefinition, to printer: inout CodePrinter) {
        let name = name(definition.scopedName)
        types.needsRuntime()
        let raw = types.standard(definition.maximumValue <= 0xFF ? "UInt8" : "Int32")
        checkDistinct(definition.enumerators.map(\.info), "enumerator")
        definition.info.printComment(to: &printer, else: "The Slice enum `\(definition.scopedName)`.")
        writeAttributes(of: definition.info, to: &printer)
        printer.block("public enum \(name): \(raw), \(types.standard("Sendable"))") { printer in
            for enumerator in definition.enumerators {
                enumerator.info.printComment(to: &printer)
                printer.line("case \(enumerator.info.escapedName) = \(enumerator.value)")
            }
            guard let first = definition.enumerators.first else { return }
            printer.blank()
            printer.line("/// The first one.")
            printer.line("public init() { self = .\(first.info.escapedName) }")
        }
        printer.blank()
        printer.block("extension \(name): Ice.StreamableEnum") { printer in
            printer.line("/// The largest value.")
            let type = types.standard("Int32")
            printer.line("public static var _iceMaxValue: \(type) { \(definition.maximumValue) }")
        }
    }
}
