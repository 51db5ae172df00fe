import Slice

/// A member of a JSON object that has a Slice type: of a struct, an argument or result object, an exception.
struct ObjectMember {
    var name: String
    var type: SliceType
    var isRequired: Bool
    var description: String?
    var isDeprecated = false
    var defaultValue: ConstantValue?
    /// A `long` that is a number whatever the configuration says.
    var isNumber = false
    /// Whether null says that it is not set.
    var isNullable = false
    /// Members of it, with points, that the path of a request says and the body must not.
    var inPath: [String] = []
}

extension ObjectMember {
    /// A default stands in for an absent member in requests; an optional member may be null there. Answers say everything.
    init(_ member: DataMember, _ direction: Direction) {
        let isRequest = direction == .request
        self.init(
            name: member.info.name, type: member.type,
            isRequired: member.tag == nil && !(isRequest && member.defaultValue != nil),
            description: member.info.fullDescription, isDeprecated: member.info.deprecation != nil,
            // An unset optional stays unset, whatever its default.
            defaultValue: isRequest && member.tag == nil ? member.defaultValue : nil,
            isNumber: member.info.isJSONNumber, isNullable: isRequest && member.tag != nil)
    }

    /// Of this struct those members that are not in the path.
    func remaining(of definition: StructDefinition) -> [ObjectMember] {
        definition.members.filter { !inPath.contains($0.info.name) }.map { member in
            var own = ObjectMember(member, .request)
            let prefix = member.info.name + "."
            own.inPath = inPath.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            return own
        }
    }
}
