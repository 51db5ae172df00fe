import Slice

extension FileGenerator {
    /// The stored properties of a struct, class or exception.
    func writeProperties(_ members: [DataMember], among names: Set<String>, to printer: inout CodePrinter) {
        for member in members {
            let type = types.type(member.type, isTagged: member.tag != nil, at: member.info)
            member.info.printComment(to: &printer)
            printer.line("public var \(member.info.escapedName): \(type) = \(initialValue(of: member, among: names))")
        }
    }

    /// An initializer with all members.
    ///
    /// - Parameters:
    ///   - inherited: those of the bases, first.
    ///   - own: those that it sets itself.
    func writeMemberwiseInitializer(
        inherited: [DataMember], own: [DataMember], isDerived: Bool, among names: Set<String>,
        to printer: inout CodePrinter
    ) {
        let parameters = (inherited + own).map { member in
            let parameter = Parameter(info: member.info, type: member.type, tag: member.tag)
            let type = types.type(member.type, isTagged: member.tag != nil, at: member.info)
            // In an argument's default value no member is in the way.
            let value = givenValue(of: member, among: names).map { " = " + $0 } ?? ""
            return LocalNames.initializer.declaration(of: parameter) + ": " + type + value
        }
        func local(_ member: DataMember) -> String { LocalNames.initializer.use(member.info) }
        printer.line("/// One with these members.")
        printer.listBlock("public init(", parameters, ")") { printer in
            for member in own { printer.line("self.\(member.info.escapedName) = \(local(member))") }
            guard isDerived else { return }
            printer.list(
                "super.init(", inherited.map { "\(SwiftIdentifier.argument($0.info.swiftName)): \(local($0))" }, ")")
        }
    }

    /// Required members in their order, then those with a tag in the order of the tags: as they are on the wire.
    func wireOrder(_ members: [DataMember]) -> [DataMember] {
        members.filter { $0.tag == nil }
            + members.filter { $0.tag != nil }.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
    }

    func writeReading(_ members: [DataMember], into target: String, to printer: inout CodePrinter) {
        for member in wireOrder(members) {
            printer.line(
                "\(target).\(member.info.escapedName) = try istr.read(\(member.tag.map { "tag: \($0)" } ?? ""))")
        }
    }

    func writeWriting(_ members: [DataMember], to printer: inout CodePrinter) {
        for member in wireOrder(members) {
            printer.line("ostr.write(\(member.tag.map { "tag: \($0), " } ?? "")self.\(member.info.escapedName))")
        }
    }
}
