import Slice
import Yams

/// Collects the faults of one file.
final class ErrorList {
    var list: [ConfigurationError] = []
}

/// One mapping of the configuration file. Reads typed values by key; ``finish()`` complains about the keys nobody read.
///
/// Nobody reads a key without saying what it is: a dry run over an empty mapping records all of them, with their defaults.
final class ConfigurationSection {
    let node: Node
    /// Dotted, for messages; empty for the whole file.
    let path: String
    let file: String
    let environment: [String: String]
    let errors: ErrorList
    private(set) var known: [String: ConfigurationKey] = [:]
    /// Of a dry run, in which nothing has a value.
    private let recorder: KeyRecorder?
    private let keyPath: [String]

    init(_ node: Node, path: String, file: String, environment: [String: String], errors: ErrorList) {
        self.node = node
        self.path = path
        self.file = file
        self.environment = environment
        self.errors = errors
        recorder = nil
        keyPath = []
        if node.mapping == nil, node.scalar == nil {
            fail(path.isEmpty ? "the configuration must be a mapping" : "'\(path)' must be a mapping")
        }
    }

    /// For a dry run.
    init(recorder: KeyRecorder, keyPath: [String] = []) {
        node = .mapping(Node.Mapping([]))
        path = ""
        file = ""
        environment = [:]
        errors = ErrorList()
        self.recorder = recorder
        self.keyPath = keyPath
    }

    /// - Parameters:
    ///   - hint: what to do about it.
    ///   - isSecret: whether the line must not be shown.
    func fail(_ message: String, at node: Node? = nil, hint: String? = nil, isSecret: Bool = false) {
        let mark = (node ?? self.node).mark
        var error = ConfigurationError(
            source: file, line: mark?.line, column: mark?.column, message: message, hint: hint)
        error.isSecret = isSecret
        errors.list.append(error)
    }

    /// How a key is written; nil for one that isn't known.
    func form(of key: String) -> String? {
        known[key].map { "as \(key): \($0.form)" }
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The value of a key; nil without one, and in a dry run.
    func child(_ key: String, _ description: ConfigurationKey) -> Node? {
        known[key] = description
        recorder?.keys.append(description)
        guard let value = node.mapping?[key], value.null == nil else { return nil }
        return value
    }

    /// Whether a key has a value, usable or not.
    func has(_ key: String) -> Bool { node.mapping?[key].map { $0.null == nil } ?? false }

    /// What a dry run records.
    func described(
        _ key: String, _ shape: ConfigurationKey.Shape, _ description: String, defaultText: String? = nil,
        example: String? = nil, isRequired: Bool = false, isAbsent: Bool = false
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: keyPath + [key], shape: shape, description: description, defaultText: defaultText, example: example,
            isRequired: isRequired, isAbsent: isAbsent)
    }

    /// In a dry run reads the keys that are in a key's value.
    func dryRun(_ keys: [String], _ read: (ConfigurationSection) -> Void) {
        if let recorder { read(ConfigurationSection(recorder: recorder, keyPath: keyPath + keys)) }
    }

    /// Where it stands, from 1.
    var line: Int? { node.mark?.line }

    /// Reports every key that was not read.
    func finish() {
        guard let mapping = node.mapping else { return }
        for (key, _) in mapping {
            guard let text = key.string else {
                fail("a key must be a string", at: key)
                continue
            }
            if known[text] == nil {
                let expected = known.keys.sorted().joined(separator: ", ")
                fail("unknown key '\(name(text))'; known here: \(expected)", at: key, hint: meant(by: text))
            }
        }
    }

    /// What an unknown key may stand for: one like it, or one of the same name elsewhere.
    private func meant(by key: String) -> String? {
        if let nearest = Suggestion.nearest(to: key, in: known.keys.sorted()) { return "did you mean '\(nearest)'?" }
        let elsewhere = ConfigurationFile.keys().filter { $0.path.last == key }.map(\.name)
        guard !elsewhere.isEmpty else { return nil }
        return "such a key there is elsewhere: \(elsewhere.joined(separator: ", "))"
    }
}

extension ConfigurationKey {
    /// `services.NAME.proxy`, `routes[].path`.
    package var name: String {
        var path = path
        if path.first == "services", path.count > 1 { path[1] = "NAME" }
        return path.joined(separator: ".").replacing(".\(Self.item)", with: "[]")
    }

    /// A value of the right form.
    var form: String {
        if let example { return example }
        switch shape {
        case .section: return "{…}"
        case .entries(let name): return "{\(name): {…}}"
        case .items: return "[{…}]"
        case .value(let summary):
            guard let defaultText, !defaultText.isEmpty else { return summary }
            guard defaultText != "[]" else { return "[one, another]" }
            return defaultText == "{}" ? "{one: value, another: value}" : defaultText
        }
    }
}
