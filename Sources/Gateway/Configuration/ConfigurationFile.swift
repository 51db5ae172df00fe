import Yams

/// Reads the YAML (or JSON) configuration file.
package enum ConfigurationFile {
    /// Lays the file's values over a configuration.
    ///
    /// - Parameters:
    ///   - text: the file's content.
    ///   - file: its name, for messages.
    ///   - environment: replaces `${NAME}` in values.
    /// - Returns: every fault found; empty when all is well.
    package static func apply(
        _ text: String, file: String, environment: [String: String], to configuration: inout GatewayConfiguration
    ) -> [ConfigurationError] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            return [syntaxError(error, file: file)]
        } catch {
            return [ConfigurationError(source: file, message: "\(error)")]
        }
        guard let root else { return [] }
        let section = ConfigurationSection(root, path: "", file: file, environment: environment, errors: ErrorList())
        read(section, into: &configuration)
        section.finish()
        configuration.places = ConfigurationPlace.all(in: root, file: file)
        return section.errors.list
    }

    /// What can be written into the file, in the reader's order.
    ///
    /// - Parameter configuration: whose values are given as the defaults.
    package static func keys(
        _ configuration: GatewayConfiguration = GatewayConfiguration()
    ) -> [ConfigurationKey] {
        var configuration = configuration
        let recorder = KeyRecorder()
        read(ConfigurationSection(recorder: recorder), into: &configuration)
        return recorder.keys
    }

    /// What to do about the faults on which YAML's beginners stumble.
    private static func hint(_ problem: String) -> String? {
        switch problem {
        case _ where problem.contains("mapping values are not allowed"):
            "a text with ': ' in it needs quotes; or is the line indented too far?"
        case _ where problem.contains("cannot start any token"):
            "lines are indented by blanks, not by tabs; a text may need quotes"
        case _ where problem.contains("unexpected end of stream"): "a quote is opened and not closed"
        case _ where problem.contains("did not find expected"):
            "is a line above indented wrongly, or a bracket not closed?"
        case _ where problem.contains("could not find expected ':'"): "a key needs a ': ' behind it, with a blank"
        default: nil
        }
    }

    private static func syntaxError(_ error: YamlError, file: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(
                source: file, line: mark.line, column: mark.column, message: "YAML: \(problem)", hint: hint(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationError(
                source: file, line: context.mark.line, column: context.mark.column,
                message: "given twice: \(keys.sorted().joined(separator: ", "))")
        default:
            ConfigurationError(source: file, message: "YAML: \(error)")
        }
    }
}
