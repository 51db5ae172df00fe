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
}

extension ObjectMember {
    /// - Parameter mayBeAbsent: whether a default stands in for an absent member, as it does in requests.
    init(_ member: DataMember, defaultsMayBeAbsent: Bool) {
        self.init(
            name: member.info.name, type: member.type,
            isRequired: member.tag == nil && !(defaultsMayBeAbsent && member.defaultValue != nil),
            description: member.info.fullDescription, isDeprecated: member.info.deprecation != nil,
            // An unset optional stays unset, whatever its default.
            defaultValue: defaultsMayBeAbsent && member.tag == nil ? member.defaultValue : nil,
            isNumber: member.info.isJSONNumber)
    }
}
