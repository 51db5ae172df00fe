import Slice

/// Names as Swift wants them written.
enum SwiftIdentifier {
    /// Words that can't name a declaration without backticks.
    private static let reserved: Set<String> = [
        // Declarations
        "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout",
        "internal", "let", "open", "operator", "precedencegroup", "private", "protocol", "public", "rethrows", "static",
        "struct", "subscript", "typealias", "var",
        // Statements
        "break", "case", "catch", "continue", "default", "defer", "do", "else", "fallthrough", "for", "guard", "if",
        "in",
        "repeat", "return", "switch", "throw", "where", "while",
        // Expressions and types
        "Any", "Protocol", "Self", "Type", "as", "await", "catch", "false", "is", "nil", "self", "super", "throws",
        "true",
        "try",
    ]

    /// The only ones that need backticks as a label of a declaration.
    private static let reservedLabels: Set<String> = ["inout", "let", "var"]

    /// A name where something is declared or used.
    static func escaped(_ name: String) -> String { reserved.contains(name) ? "`\(name)`" : name }

    /// A label where a function, or the type of a tuple, is declared.
    static func label(_ name: String) -> String { reservedLabels.contains(name) ? "`\(name)`" : name }

    /// A label of an argument, or in a tuple.
    static func argument(_ name: String) -> String { name == "inout" ? "`inout`" : name }

    /// Whether it can be one, in backticks at worst.
    static func isValid(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
        return name != "_" && name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
    }
}

extension ElementInfo {
    /// The name in Swift, without backticks: that of `swift:identifier`, else Slice's.
    var swiftName: String {
        guard let given = metadata("swift:identifier") else { return name }
        return given.filter { $0 != "`" }
    }

    /// ``swiftName``, in backticks where Swift needs them.
    var escapedName: String { SwiftIdentifier.escaped(swiftName) }
}
