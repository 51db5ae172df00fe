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
        let alone = keys.filter { $0.path.count == 1 && $0.spelling != nil }
        var text = introduction + "\n\n" + tableHead + alone.map(row).joined()
        for key in keys where !alone.contains(key) {
            if key.path.count == 1 {
                text += "\n## \(key.name)\n\n\(key.description).\n\n" + tableHead
            } else {
                text += row(key)
            }
        }
        return text
    }

    private static let tableHead = "| key | value | default | is |\n| --- | --- | --- | --- |\n"

    private static func row(_ key: ConfigurationKey) -> String {
        let value = key.spelling ?? (key.shape == .items ? "list" : "mapping")
        let standard = key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? "–"
        return "| `\(key.name)` | \(value) | \(standard) | \(key.description) |\n"
    }

    // MARK: docs/icegate.example.yaml

    private static let exampleIntroduction = """
        ## Every key of icegate's configuration with its default, made by `make configuration`. Take what you change.
        ## What is absent by default is commented out with an example behind it: remove the first character of the line.
        ##
        ##     icegate check --config docs/icegate.example.yaml
        """

    static func example(_ keys: [ConfigurationKey]) -> String {
        exampleIntroduction + "\n\n" + ConfigurationExample.text(keys)
    }

    /// The example with everything in it that is commented out.
    static func uncommented(_ example: String) -> String {
        example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("##") ? line.dropFirst() : line
        }.joined(separator: "\n")
    }
}
