import Slice

/// Names that generators make functions of: letters, digits and `_`, each once, also for those who don't look at case and `_`.
struct OperationIDs {
    private var taken: Set<String> = []

    /// The service's and the operation's name; a second route of an operation has its method as well.
    mutating func id(of route: OpenAPIRoute) -> String {
        let words = route.service.split(separator: "/")
        let literals = words.filter { !$0.hasPrefix("{") }
        let service = (literals.isEmpty ? words : literals).map(Self.plain).joined(separator: "_")
        let base = "\(service)_\(Self.plain(route.operation.info.name[...]))"
        let named = "\(base)_\(route.method.lowercased())"
        for candidate in [base, named] where take(candidate) { return candidate }
        var number = 2
        while !take("\(named)_\(number)") { number += 1 }
        return "\(named)_\(number)"
    }

    mutating func take(_ id: String) -> Bool {
        taken.insert(id.lowercased().filter { $0 != "_" }).inserted
    }

    private static func plain(_ text: Substring) -> String {
        let characters = text.unicodeScalars.filter { $0 != "{" && $0 != "}" }.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                ? Character(scalar) : "_"
        }
        return String(characters)
    }
}
