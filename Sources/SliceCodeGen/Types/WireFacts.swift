import Slice

/// What the encoding says about types: sizes, tagged formats, classes within.
///
/// Answers are kept: structs of structs would else be walked again and again.
final class WireFacts {
    /// Facts of one type.
    struct Facts {
        /// In bytes.
        var minimumSize = 1
        var isVariableLength = true
        /// Instances of classes can be reached from it.
        var hasClasses = false
    }

    let model: SliceModel
    private var known: [SliceType: Facts] = [:]

    init(_ model: SliceModel) { self.model = model }

    /// The facts of a type.
    func facts(of type: SliceType) -> Facts {
        if let facts = known[type] { return facts }
        let facts = compute(type)
        known[type] = facts
        return facts
    }

    private func compute(_ type: SliceType) -> Facts {
        switch type {
        case .bool, .byte: return Facts(minimumSize: 1, isVariableLength: false)
        case .short: return Facts(minimumSize: 2, isVariableLength: false)
        case .int, .float: return Facts(minimumSize: 4, isVariableLength: false)
        case .long, .double: return Facts(minimumSize: 8, isVariableLength: false)
        case .string, .enumeration: return Facts()
        // The identity of a null proxy: two empty strings.
        case .anyProxy, .proxy: return Facts(minimumSize: 2)
        case .anyClass, .classInstance: return Facts(hasClasses: true)
        case .sequence(let name):
            return Facts(hasClasses: model.sequences[name].map { facts(of: $0.element).hasClasses } ?? false)
        case .dictionary(let name):
            return Facts(hasClasses: model.dictionaries[name].map { facts(of: $0.value).hasClasses } ?? false)
        case .structure(let name):
            let members = (model.structs[name]?.members ?? []).map { facts(of: $0.type) }
            // Doubling sixty times would overflow.
            let size = members.reduce(0) { min($0 + $1.minimumSize, Int(Int32.max)) }
            return Facts(
                minimumSize: size, isVariableLength: members.contains(where: \.isVariableLength),
                hasClasses: members.contains(where: \.hasClasses))
        }
    }

    /// Whether `["marshaled-result"]` means anything for it: what a servant could go on changing in other languages.
    static func isMutableAfterReturn(_ type: SliceType) -> Bool {
        switch type {
        case .anyClass, .classInstance, .sequence, .dictionary, .structure: true
        default: false
        }
    }
}
