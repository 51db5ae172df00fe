import Slice

extension FileGenerator {
    func write(_ definition: StructDefinition, to printer: inout CodePrinter) {
        let name = name(definition.scopedName)
        types.needsRuntime()
        let facts = run.facts.facts(of: .structure(definition.scopedName))
        let members = definition.members
        let names = Set(members.map(\.info.swiftName))
        checkDistinct(members.map(\.info), "member")
        for member in members where member.info.swiftName == "hashValue" {
            error(
                "member 'hashValue' has the name of a property that every struct has in Swift: give it another with "
                    + "swift:identifier", at: member.info)
        }

        definition.info.printComment(to: &printer, else: "The Slice struct `\(definition.scopedName)`.")
        writeAttributes(of: definition.info, to: &printer)
        let protocols = (facts.hasClasses ? ["Sendable"] : ["Hashable", "Sendable"]).map(types.standard)
        printer.block("public struct \(name): \(protocols.joined(separator: ", "))") { printer in
            writeProperties(members, among: names, to: &printer)
            printer.blank()
            printer.line("/// One whose members have their defaults.")
            printer.line("public init() {}")
            printer.blank()
            writeMemberwiseInitializer(inherited: [], own: members, isDerived: false, among: names, to: &printer)
        }
        printer.blank()
        printer.block("extension \(name): Ice.Streamable") { printer in
            printer.line("/// The fewest bytes that one takes.")
            printer.line("public static var _iceMinimumWireSize: \(types.standard("Int")) { \(facts.minimumSize) }")
            if !facts.isVariableLength {
                printer.line("/// All take so many.")
                printer.line("public static var _iceIsVariableLength: \(types.standard("Bool")) { false }")
            }
            printer.blank()
            printer.line("/// Reads the members.")
            printer.block("public static func _iceRead(from istr: inout Ice.InputStream) throws -> Self") { printer in
                printer.line("var value = Self()")
                writeReading(members, into: "value", to: &printer)
                printer.line("return value")
            }
            printer.blank()
            printer.line("/// Writes the members.")
            printer.block("public func _iceWrite(to ostr: inout Ice.OutputStream)") { printer in
                writeWriting(members, to: &printer)
            }
        }
    }
}
