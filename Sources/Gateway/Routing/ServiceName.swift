/// The name of a service: one segment of plain characters, or a template, `servers/{id}`, whose variables its proxy has in its identity.
struct ServiceName: Sendable {
    /// First segments that are the gateway's own.
    static let reserved: Set<String> = [
        "livez", "readyz", "metrics", "openapi.json", "openapi.yaml", "docs", "invocations",
    ]

    let text: String
    /// Of the paths of its operations, without their names.
    let path: PathTemplate

    var variables: [String] { path.variables.map(\.name) }

    init(_ text: String) throws(RouteFault) {
        guard !text.isEmpty else { throw RouteFault("a service needs a name") }
        guard text.contains("{") || text.contains("}") else {
            try Self.checkPlain(text[...], of: text)
            try Self.checkReserved(text[...], of: text)
            self.text = text
            path = try PathTemplate("/" + text)
            return
        }
        self.text = text
        path = try PathTemplate("/" + text)
        for (index, segment) in path.segments.enumerated() {
            switch segment {
            case .literal(let literal):
                try Self.checkPlain(literal[...], of: text)
                if index == 0 { try Self.checkReserved(literal[...], of: text) }
            case .variable(let name):
                guard !name.contains(".") else { throw RouteFault("service name '\(text)': {\(name)} may have no dot") }
            }
        }
    }

    private static func checkReserved(_ segment: Substring, of name: String) throws(RouteFault) {
        guard reserved.contains(String(segment)) else { return }
        let all = reserved.sorted().joined(separator: ", ")
        throw RouteFault(
            segment == name
                ? "service name '\(name)' is reserved, as \(all) are"
                : "service name '\(name)' starts with '\(segment)', which is reserved, as \(all) are")
    }

    private static func checkPlain(_ segment: Substring, of name: String) throws(RouteFault) {
        guard !segment.isEmpty, segment.utf8.allSatisfy(PercentEncoding.isUnreserved), segment != ".", segment != ".."
        else {
            throw RouteFault("service name '\(name)' may have letters, digits, '-', '_', '.' and '~' only")
        }
    }
}
