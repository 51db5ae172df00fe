import Slice

extension FileGenerator {
    /// What classes and exceptions have in common.
    private struct Sliced {
        var name: ScopedName
        var info: ElementInfo
        var base: ScopedName?
        /// What the runtime calls the root.
        var root: String
        var inherited: [DataMember]
        var own: [DataMember]
        var compactID: Int32?
    }

    func write(_ definition: ClassDefinition, to printer: inout CodePrinter) {
        if !definition.operations.isEmpty {
            warning(
                "operations of class '\(definition.info.name)' are mapped to a servant protocol with the suffix Disp, "
                    + "not to the class", at: definition.info)
        }
        let sliced = Sliced(
            name: definition.scopedName, info: definition.info, base: definition.base, root: "Value",
            inherited: definition.base.map(model.allMembers(ofClass:)) ?? [], own: definition.members,
            compactID: definition.compactID)
        write(sliced, kind: "class", to: &printer) { _ in }
    }

    func write(_ definition: ExceptionDefinition, to printer: inout CodePrinter) {
        let sliced = Sliced(
            name: definition.scopedName, info: definition.info, base: definition.base, root: "UserException",
            inherited: definition.base.map(model.allMembers(ofException:)) ?? [], own: definition.members)
        let usesClasses = definition.members.contains { run.facts.facts(of: $0.type).hasClasses }
        write(sliced, kind: "exception", to: &printer) { printer in
            guard usesClasses else { return }
            printer.blank()
            printer.line("/// A member's type is, or holds, a class.")
            printer.line("open override class var _iceUsesClasses: \(types.standard("Bool")) { true }")
        }
    }

    private func write(
        _ sliced: Sliced, kind: String, to printer: inout CodePrinter, also extra: (inout CodePrinter) -> Void
    ) {
        types.needsRuntime()
        let all = sliced.inherited + sliced.own
        let names = Set(all.map(\.info.swiftName))
        checkDistinct(all.map(\.info), "member")
        let base = sliced.base.map { types.reference($0, at: sliced.info) } ?? "Ice.\(sliced.root)"
        let string = types.standard("String")

        sliced.info.printComment(to: &printer, else: "The Slice \(kind) `\(sliced.name)`.")
        writeAttributes(of: sliced.info, to: &printer)
        printer.block("open class \(name(sliced.name)): \(base), @unchecked \(types.standard("Sendable"))") { printer in
            writeProperties(sliced.own, among: names, to: &printer)
            if !sliced.own.isEmpty {
                printer.blank()
                printer.line("/// One whose members have their defaults.")
                printer.line("public required init() { super.init() }")
                printer.blank()
                writeMemberwiseInitializer(
                    inherited: sliced.inherited, own: sliced.own, isDerived: true, among: names, to: &printer)
            }
            printer.blank()
            printer.line("/// The type id, `\(sliced.name)`.")
            printer.line("open override class func ice_staticId() -> \(string) { \"\(sliced.name)\" }")
            if let id = sliced.compactID {
                printer.line("/// The number that stands for the type id.")
                printer.line("open override class var ice_compactId: \(types.standard("Int32")) { \(id) }")
            }
            extra(&printer)
            printer.blank()
            printer.line("/// Reads the slice of this type, then those of its bases.")
            printer.block("open override func _iceReadImpl(from istr: inout Ice.InputStream) throws") { printer in
                printer.line("try istr.startSlice()")
                writeReading(sliced.own, into: "self", to: &printer)
                printer.line("try istr.endSlice()")
                if sliced.base != nil { printer.line("try super._iceReadImpl(from: &istr)") }
            }
            printer.blank()
            printer.line("/// Writes the slice of this type, then those of its bases.")
            printer.block("open override func _iceWriteImpl(to ostr: inout Ice.OutputStream)") { printer in
                let compactID = sliced.compactID.map { ", compactId: \($0)" } ?? ""
                printer.line("ostr.startSlice(typeId: \"\(sliced.name)\"\(compactID), last: \(sliced.base == nil))")
                writeWriting(sliced.own, to: &printer)
                printer.line("ostr.endSlice()")
                if sliced.base != nil { printer.line("super._iceWriteImpl(to: &ostr)") }
            }
        }
    }
}
