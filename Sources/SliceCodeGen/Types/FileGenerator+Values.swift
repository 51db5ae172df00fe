import Slice

extension FileGenerator {
    /// A constant value where its type is known.
    func literal(_ value: ConstantValue, of type: SliceType) -> String {
        switch value {
        case .bool(let value): return "\(value)"
        case .integer(let value): return "\(value)"
        case .floating(let value): return "\(value)"
        case .string(let value): return SwiftLiteral.string(value)
        case .enumerator(let name, _):
            guard case .enumeration(let scoped) = type,
                let enumerator = model.enums[scoped]?.enumerators.first(where: { $0.info.name == name })
            else { return "." + SwiftIdentifier.escaped(name) }
            return "." + enumerator.info.escapedName
        }
    }

    /// What a member has when nothing is said.
    func initialValue(of member: DataMember, among names: Set<String>) -> String {
        if let given = givenValue(of: member, among: names) { return given }
        guard member.tag == nil else { return "nil" }
        switch member.type {
        case .bool: return "false"
        case .byte, .short, .int, .long, .float, .double: return "0"
        case .string: return "\"\""
        case .anyClass, .anyProxy, .classInstance, .proxy: return "nil"
        case .enumeration(let name):
            return model.enums[name]?.enumerators.first.map { "." + $0.info.escapedName } ?? ".init()"
        case .structure: return ".init()"
        case .sequence: return "[]"
        case .dictionary: return "[:]"
        }
    }

    /// What Slice says that a member has when nothing is said: a constant by its name.
    ///
    /// - Parameter names: of all members, which hide constants of the same name.
    func givenValue(of member: DataMember, among names: Set<String>) -> String? {
        guard let value = member.defaultValue else { return nil }
        if let constant = member.defaultConstant, let definition = model.constants[constant],
            definition.type == member.type, !names.contains(run.names.flatName(of: constant)),
            run.names.place(of: constant) == .here
        {
            return name(constant)
        }
        return literal(value, of: member.type)
    }

    /// Reports names that are the same in Swift.
    func checkDistinct(_ infos: [ElementInfo], _ kind: String) {
        var seen: [String: ElementInfo] = [:]
        for info in infos {
            guard SwiftIdentifier.isValid(info.swiftName) else {
                error("'\(info.swiftName)' can't be a name in Swift", at: info)
                continue
            }
            if let other = seen[info.swiftName] {
                error(
                    "\(kind) '\(info.name)' has the Swift name '\(info.swiftName)', as '\(other.name)' has: "
                        + "give one of them another with swift:identifier", at: info)
            }
            seen[info.swiftName] = info
        }
    }
}
