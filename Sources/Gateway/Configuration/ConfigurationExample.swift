/// Configuration files made of what the reader says of its keys: a line a key, with a comment.
package enum ConfigurationExample {
    /// - Parameter isOut: whether a key is commented out although it has a default; what is absent by default always is.
    /// - Returns: lines; to take in what is commented out its first character is removed.
    package static func text(
        _ keys: [ConfigurationKey], isOut: (ConfigurationKey) -> Bool = { _ in false }
    ) -> String {
        var text = ""
        var absent: [String]?
        var isFirstOfItem = false
        for key in keys {
            if let path = absent, !key.path.starts(with: path) { absent = nil }
            if absent == nil, key.isAbsent || isOut(key) { absent = key.path }
            let items = key.path.filter { $0 == ConfigurationKey.item }.count
            var indent = String(repeating: "  ", count: key.path.count - 1)
            if items > 0, isFirstOfItem { indent = indent.dropLast(2) + "- " }
            isFirstOfItem = key.shape == .items
            let name = "\(key.path.last ?? ""):"
            let value = key.spelling == nil ? "" : " \(key.example ?? key.defaultText ?? "")"
            let mark = absent == nil ? "" : "#"
            text += line(mark + indent + name + value, key)
            if case .entries(let example) = key.shape { text += mark + indent + "  \(example):\n" }
        }
        return text
    }

    private static func line(_ yaml: String, _ key: ConfigurationKey) -> String {
        let padding = String(repeating: " ", count: max(1, 40 - yaml.count))
        // The words it may be are in backquotes.
        let choices = key.spelling.flatMap { $0.hasPrefix("`") ? " (\($0))" : nil }
        let comment = (key.description + (choices ?? "")).replacing("`", with: "")
        return "\(yaml)\(padding)# \(comment)\n"
    }
}

extension ConfigurationKey {
    /// Of a value; nil for what has keys of its own.
    package var spelling: String? {
        if case .value(let spelling) = shape { spelling } else { nil }
    }
}
