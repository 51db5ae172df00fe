import Yams

/// Collects the faults of one file.
final class ErrorList {
    var list: [ConfigurationError] = []
}

/// One mapping of the configuration file. Reads typed values by key; ``finish()`` complains about the keys nobody read.
final class ConfigurationSection {
    private let node: Node
    /// Dotted, for messages; empty for the whole file.
    private let path: String
    let file: String
    private let environment: [String: String]
    let errors: ErrorList
    private var known: Set<String> = []

    init(_ node: Node, path: String, file: String, environment: [String: String], errors: ErrorList) {
        self.node = node
        self.path = path
        self.file = file
        self.environment = environment
        self.errors = errors
        if node.mapping == nil, node.scalar == nil {
            fail(path.isEmpty ? "the configuration must be a mapping" : "'\(path)' must be a mapping")
        }
    }

    func fail(_ message: String, at node: Node? = nil) {
        let mark = (node ?? self.node).mark
        errors.list.append(
            ConfigurationError(source: file, line: mark?.line, column: mark?.column, message: message))
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func child(_ key: String) -> Node? {
        known.insert(key)
        guard let value = node.mapping?[key], value.null == nil else { return nil }
        return value
    }

    /// Whether the key is there, with a usable value or not.
    func has(_ key: String) -> Bool { child(key) != nil }

    func isList(_ key: String) -> Bool { child(key)?.sequence != nil }

    /// Whether nothing is written behind the key, or `null`; an empty string is something.
    var isNull: Bool { node.null != nil }

    /// Reports every key that was not read.
    func finish() {
        guard let mapping = node.mapping else { return }
        for (key, _) in mapping {
            guard let text = key.string else {
                fail("a key must be a string", at: key)
                continue
            }
            if !known.contains(text) {
                let expected = known.sorted().joined(separator: ", ")
                fail("unknown key '\(name(text))'; known here: \(expected)", at: key)
            }
        }
    }
}

extension ConfigurationSection {
    // MARK: Nested

    func section(_ key: String, _ read: (ConfigurationSection) -> Void) {
        guard let value = child(key) else { return }
        guard value.mapping != nil else { return fail("'\(name(key))' must be a mapping", at: value) }
        let section = ConfigurationSection(
            value, path: name(key), file: file, environment: environment, errors: errors)
        read(section)
        section.finish()
    }

    /// Every entry of a mapping whose keys are the user's and whose values are mappings.
    func entries(_ key: String, _ read: (String, ConfigurationSection) -> Void) {
        each(key) { entry, value in
            guard value.mapping != nil else { return fail("'\(name(key)).\(entry)' must be a mapping", at: value) }
            read(entry, section(value, name(key), entry))
        }
    }

    /// Every item of a list of mappings.
    func items(_ key: String, _ read: (ConfigurationSection) -> Void) {
        guard let value = child(key) else { return }
        guard let sequence = value.sequence else { return fail("'\(name(key))' must be a list", at: value) }
        for (index, item) in sequence.enumerated() {
            guard item.mapping != nil else { return fail("'\(name(key))' must be a list of mappings", at: item) }
            let section = section(item, name(key), String(index))
            read(section)
            section.finish()
        }
    }

    /// Every entry of a mapping whose keys are the user's, its values of any shape as JSON text.
    func jsonValues(_ key: String, _ use: (String, String) -> Void) {
        each(key) { entry, value in
            guard let text = JSONText.of(value) else {
                return fail("'\(name(key)).\(entry)' has no JSON form", at: value)
            }
            use(entry, text)
        }
    }

    /// Where it stands, from 1.
    var line: Int? { node.mark?.line }

    /// Every entry of a mapping whose keys are the user's and whose values are single values.
    func values(_ key: String, _ read: (String, ConfigurationSection) -> Void) {
        each(key) { entry, value in
            guard value.scalar != nil else { return fail("'\(name(key)).\(entry)' must be a single value", at: value) }
            read(entry, section(value, name(key), entry))
        }
    }

    private func section(_ value: Node, _ path: String, _ entry: String) -> ConfigurationSection {
        ConfigurationSection(value, path: "\(path).\(entry)", file: file, environment: environment, errors: errors)
    }

    private func each(_ key: String, _ read: (String, Node) -> Void) {
        guard let value = child(key) else { return }
        guard let mapping = value.mapping else { return fail("'\(name(key))' must be a mapping", at: value) }
        for (entryKey, entryValue) in mapping {
            guard let entry = entryKey.string else {
                fail("a key must be a string", at: entryKey)
                continue
            }
            read(entry, entryValue)
        }
    }
}

extension ConfigurationSection {
    // MARK: Values

    func value<Value>(
        _ key: String, _ expected: String, _ convert: (String) -> Value?, _ use: (Value) -> Void
    ) {
        guard let node = child(key) else { return }
        convertScalar(node, name(key), expected, convert, use)
    }

    /// A value that no message shows.
    func secret<Value>(
        _ key: String, _ expected: String, _ convert: (String) -> Value?, _ use: (Value) -> Void
    ) {
        guard let node = child(key) else { return }
        convertScalar(node, name(key), expected, showsValue: false, convert, use)
    }

    func string(_ key: String, _ use: (String) -> Void) { value(key, "a string", { $0 }, use) }

    func integer(_ key: String, _ range: ClosedRange<Int>, _ use: (Int) -> Void) {
        value(key, Self.expectedInteger(range), { Int($0).flatMap { range.contains($0) ? $0 : nil } }, use)
    }

    func bool(_ key: String, _ use: (Bool) -> Void) { value(key, "true or false", { Bool($0) }, use) }

    func duration(_ key: String, _ use: (Duration) -> Void) {
        value(key, "a duration such as 250ms, 30s or 5m", UnitParsing.duration, use)
    }

    func size(_ key: String, _ range: ClosedRange<Int>, _ use: (Int) -> Void) {
        value(
            key, "a size such as 64KiB or 8MiB from \(range.lowerBound) to \(range.upperBound) bytes",
            { UnitParsing.size($0).flatMap { range.contains($0) ? $0 : nil } }, use)
    }

    func choice<Value>(_ key: String, _ choices: [String: Value], _ use: (Value) -> Void) {
        value(key, "one of " + choices.keys.sorted().joined(separator: ", "), { choices[$0] }, use)
    }

    func strings(_ key: String, _ use: ([String]) -> Void) {
        guard let value = child(key) else { return }
        guard let sequence = value.sequence else { return fail("'\(name(key))' must be a list", at: value) }
        var result: [String] = []
        for item in sequence { convertScalar(item, name(key), "a list of strings", { $0 }) { result.append($0) } }
        use(result)
    }

    /// This section itself, when it is a single value.
    func wholeString(_ use: (String) -> Void) { convertScalar(node, path, "a single value", { $0 }, use) }

    func wholeInteger(_ range: ClosedRange<Int>, _ use: (Int) -> Void) {
        convertScalar(
            node, path, Self.expectedInteger(range), { Int($0).flatMap { range.contains($0) ? $0 : nil } }, use)
    }

    private static func expectedInteger(_ range: ClosedRange<Int>) -> String {
        "an integer from \(range.lowerBound) to \(range.upperBound)"
    }

    private func convertScalar<Value>(
        _ node: Node, _ name: String, _ expected: String, showsValue: Bool = true, _ convert: (String) -> Value?,
        _ use: (Value) -> Void
    ) {
        guard let raw = node.scalar?.string else { return fail("'\(name)' must be \(expected)", at: node) }
        guard let text = expand(raw, at: node) else { return }
        guard let value = convert(text) else {
            let got = showsValue ? ", got '\(raw)'" : ""
            return fail("'\(name)' must be \(expected)\(got)", at: node)
        }
        use(value)
    }

    /// Replaces each `${NAME}` from the environment.
    private func expand(_ text: String, at node: Node) -> String? {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                fail("'${' has no '}'", at: node)
                return nil
            }
            let variable = String(rest[start.upperBound..<end])
            guard let value = environment[variable] else {
                fail("environment variable '\(variable)' is not set", at: node)
                return nil
            }
            result += rest[..<start.lowerBound]
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
