import Slice

/// The variables of a path template.
package enum PathVariables {
    package static func names(in path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { String($0.dropFirst().dropLast()) }
    }
}

/// What an input of a route is called by: `filter.name` is a member of the parameter `filter`.
struct InputPlace {
    /// Nil when the input is a member of it.
    var parameter: Parameter?
    /// Nil when the input is a parameter.
    var member: ElementInfo?

    init(_ name: String, of operation: Operation, in model: SliceModel) {
        let names = name.split(separator: ".").map(String.init)
        let root = operation.inParameters.first { $0.info.name == names.first }
        guard names.count > 1 else {
            parameter = root
            return
        }
        var type = root?.type
        for name in names.dropFirst() {
            guard case .structure(let structure) = type else { return }
            let found = model.structs[structure]?.members.first { $0.info.name == name }
            member = found?.info
            type = found?.type
        }
    }
}
