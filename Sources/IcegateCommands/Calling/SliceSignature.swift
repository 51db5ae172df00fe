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
        tag.map { "optional(\($0)) \(type)" } ?? "\(type)"
    }
}
