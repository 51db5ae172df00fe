import Gateway

/// What is made of the keys that the reader of the configuration knows.
enum ConfigurationPages {
    // MARK: docs/configuration-reference.md

    private static let introduction = """
        # Every key of the configuration

        Made by `make configuration` from what reads the file; a test fails when it is stale. What the keys are for and how they work
        together is in [configuration](configuration.md). The same as a file to start from:
        [icegate.example.yaml](icegate.example.yaml).

        Durations are written `250ms`, `30s`, `5m`, `1h`; sizes `100B`, `64KiB`, `8MiB`, `1GiB`, without a unit bytes. In every value `${NAME}` is
        replaced from the environment. An upper-case or bracketed part of a key stands for yours: `services.NAME` for each service, `routes[]` for
        each item of the list.
        """

    static func reference(_ keys: [ConfigurationKey]) -> String {
        let alone = keys.filter { $0.path.count == 1 && spelling($0) != nil }
        var text = introduction + "\n\n" + tableHead + alone.map(row).joined()
        for key in keys where !alone.contains(key) {
            if key.path.count == 1 {
                text += "\n## \(name(key))\n\n\(key.description).\n\n" + tableHead
            } else {
                text += row(key)
            }
        }
        return text
    }

    private static let tableHead = "| key | value | default | is |\n| --- | --- | --- | --- |\n"

    /// Of a value; nil for what has keys of its own.
    private static func spelling(_ key: ConfigurationKey) -> String? {
        if case .value(let spelling) = key.shape { spelling } else { nil }
    }

    private static func row(_ key: ConfigurationKey) -> String {
        let value = spelling(key) ?? (key.shape == .items ? "list" : "mapping")
        let standard = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? "–"
        return "| `\(name(key))` | \(value) | \(standard) | \(key.description) |\n"
    }

    /// `services.NAME.proxy`, `routes[].path`.
    private static func name(_ key: ConfigurationKey) -> String {
        var path = key.path
        if path.first == "services", path.count > 1 { path[1] = "NAME" }
        return path.joined(separator: ".").replacing(".\(ConfigurationKey.item)", with: "[]")
    }

    // MARK: docs/icegate.example.yaml

    private static let exampleIntroduction = """
        ## Every key of icegate's configuration with its default, made by `make configuration`. Take what you change.
        ## What is absent by default is commented out with an example behind it: remove the first character of the line.
        ##
        ##     icegate check --config docs/icegate.example.yaml
        """

    static func example(_ keys: [ConfigurationKey]) -> String {
        var text = exampleIntroduction + "\n\n"
        var absent: [String]?
        var isFirstOfItem = false
        for key in keys {
            if let path = absent, !key.path.starts(with: path) { absent = nil }
            if absent == nil, key.isAbsent { absent = key.path }
            let items = key.path.filter { $0 == ConfigurationKey.item }.count
            var indent = String(repeating: "  ", count: key.path.count - 1)
            if items > 0, isFirstOfItem { indent = indent.dropLast(2) + "- " }
            isFirstOfItem = key.shape == .items
            let name = "\(key.path.last ?? ""):"
            let value = spelling(key) == nil ? "" : " \(key.example ?? key.defaultText ?? "")"
            text += line((absent == nil ? "" : "#") + indent + name + value, key)
            if case .entries(let example) = key.shape { text += indent + "  \(example):\n" }
        }
        return text
    }

    private static func line(_ yaml: String, _ key: ConfigurationKey) -> String {
        let padding = String(repeating: " ", count: max(1, 40 - yaml.count))
        // The words it may be are in backquotes.
        let choices = spelling(key).flatMap { $0.hasPrefix("`") ? " (\($0))" : nil }
        let comment = (key.description + (choices ?? "")).replacing("`", with: "")
        return "\(yaml)\(padding)# \(comment)\n"
    }

    /// The example with everything in it that is commented out.
    static func uncommented(_ example: String) -> String {
        example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("##") ? line.dropFirst() : line
        }.joined(separator: "\n")
    }
}
