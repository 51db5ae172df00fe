import Slice

/// Operations as Slice writes them.
enum SliceSignature {
    /// `idempotent string greet(string name, out int visits) throws ::Demo::Closed`.
    ///
    /// - Parameter name: of the operation.
    static func text(_ operation: Operation, name: String) -> String {
        let result = operation.result.map { spelling($0.type, tag: $0.tag) } ?? "void"
        let inputs = operation.inParameters.map { "\(spelling($0.type, tag: $0.tag)) \($0.info.name)" }
        let outputs = operation.outParameters.map { "out \(spelling($0.type, tag: $0.tag)) \($0.info.name)" }
        let exceptions = operation.exceptions.map(\.text).joined(separator: ", ")
        return (operation.isIdempotent ? "idempotent " : "") + "\(result) \(name)("
            + (inputs + outputs).joined(separator: ", ") + ")" + (exceptions.isEmpty ? "" : " throws \(exceptions)")
    }

    private static func spelling(_ type: SliceType, tag: Int32?) -> String {
        tag.map { "optional(\($0)) \(spelling(type))" } ?? spelling(type)
    }

    private static func spelling(_ type: SliceType) -> String {
        switch type {
        case .bool: "bool"
        case .byte: "byte"
        case .short: "short"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .anyClass: "Value"
        case .anyProxy: "Object*"
        case .enumeration(let name), .structure(let name), .sequence(let name), .dictionary(let name),
            .classInstance(let name):
            name.text
        case .proxy(let name): "\(name)*"
        }
    }
}
