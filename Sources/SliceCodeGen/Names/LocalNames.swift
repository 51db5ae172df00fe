import Slice

/// Names of parameters in a body: those that would hide something it needs get a prefix, as all have in the official
/// mapping.
struct LocalNames {
    private let hidden: Set<String>

    init(hidden: Set<String>) { self.hidden = hidden }

    static let initializer = LocalNames(hidden: ["self", "super"])

    /// In a body.
    func use(_ info: ElementInfo) -> String {
        hidden.contains(info.swiftName) ? "iceP_" + info.swiftName : info.escapedName
    }

    /// Label and, when it is another, name.
    ///
    /// - Parameter isUnlabeled: an operation's only parameter.
    func declaration(of parameter: Parameter, isUnlabeled: Bool = false) -> String {
        let name = parameter.info.swiftName
        guard !isUnlabeled else { return "_ " + use(parameter.info) }
        return SwiftIdentifier.label(name) + (hidden.contains(name) ? " iceP_" + name : "")
    }
}
