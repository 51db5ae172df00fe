/// One fault in a configuration, with its place when it has one.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, or where else it came from: `ICEGATE_LISTEN`, `--service`.
    package var source: String
    /// From 1; nil outside files.
    package var line: Int?
    package var column: Int?
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// Whether the line must not be shown.
    package var isSecret = false

    package init(
        source: String, line: Int? = nil, column: Int? = nil, message: String, hint: String? = nil
    ) {
        self.source = source
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// The same at its place in a file, when its source is the name of a part of the configuration, or of a file named there.
    package func located(in configuration: GatewayConfiguration) -> ConfigurationError {
        let places = configuration.places
        guard line == nil, let place = places[source] ?? places[ConfigurationPlace.name(ofPath: source)] else {
            return self
        }
        return ConfigurationError(
            source: place.file, line: place.line, column: place.column, message: "\(source): \(message)", hint: hint)
    }

    package var description: String {
        guard let line else { return "\(source): error: \(message)" }
        return "\(source):\(line):\(column ?? 1): error: \(message)"
    }
}
