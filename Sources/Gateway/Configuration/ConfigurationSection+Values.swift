import Slice
import Yams

extension ConfigurationSection {
    // MARK: Values

    /// Reads a key whose default is what the target has.
    ///
    /// - Parameters:
    ///   - isRequired: for the reference; the reader says what is missing.
    ///   - example: as in YAML, for the example file.
    /// - Returns: false when there is a value that can't be used.
    @discardableResult
    func value<Value>(
        _ key: String, _ form: ValueForm<Value>, _ target: inout Value, _ description: String,
        isRequired: Bool = false, example: String? = nil
    ) -> Bool {
        let text = isRequired ? nil : form.text(target)
        let described = described(
            key, .value(form.summary), description, defaultText: text, example: example, isRequired: isRequired)
        guard let node = child(key, described) else { return true }
        return convert(node, name(key), form) { target = $0 }
    }

    /// Reads a key without a default.
    ///
    /// - Parameter isSecret: whether no message may show the value.
    func value<Value>(
        _ key: String, _ form: ValueForm<Value>, _ target: inout Value?, _ description: String,
        isRequired: Bool = false, isSecret: Bool = false, example: String
    ) {
        let described = described(
            key, .value(form.summary), description, example: example, isRequired: isRequired, isAbsent: !isRequired)
        guard let node = child(key, described) else { return }
        convert(node, name(key), form, showsValue: !isSecret) { target = $0 }
    }

    func strings(_ key: String, _ target: inout [String], _ description: String, example: String? = nil) {
        let text = "[" + target.map(ValueForm<String>.string.text).joined(separator: ", ") + "]"
        let described = described(
            key, .value("list of strings"), description, defaultText: text, example: example)
        if let node = child(key, described), let list = strings(key, node) { target = list }
    }

    /// Reads a key that is one string or a list of them.
    func stringOrStrings(
        _ key: String, _ description: String, example: String, one: (String) -> Void, several: ([String]) -> Void
    ) {
        let described = described(
            key, .value("string, or list of strings"), description, example: example, isAbsent: true)
        guard let node = child(key, described) else { return }
        if node.sequence != nil {
            if let list = strings(key, node) { several(list) }
        } else {
            convert(node, name(key), .string, one)
        }
    }

    private func strings(_ key: String, _ node: Node) -> [String]? {
        guard let sequence = node.sequence else {
            fail("'\(name(key))' must be a list", at: node, hint: form(of: key))
            return nil
        }
        let form = ValueForm<String>(
            expected: "a list of strings", summary: "", parse: { $0 }, text: { $0 })
        var result: [String] = []
        for item in sequence { convert(item, name(key), form) { result.append($0) } }
        return result
    }

    /// - Returns: false when the value can't be used.
    @discardableResult
    func convert<Value>(
        _ node: Node, _ name: String, _ form: ValueForm<Value>, showsValue: Bool = true, _ use: (Value) -> Void
    ) -> Bool {
        guard let raw = node.scalar?.string else {
            fail("'\(name)' must be \(form.expected)", at: node, hint: hint(for: name, nil), isSecret: !showsValue)
            return false
        }
        guard let text = expand(raw, at: node) else { return false }
        guard let value = form.parse(text) else {
            let got = showsValue ? ", got '\(raw)'" : ""
            let hint = hint(for: name, showsValue ? form.choices.flatMap { Suggestion.nearest(to: text, in: $0) } : nil)
            fail("'\(name)' must be \(form.expected)\(got)", at: node, hint: hint, isSecret: !showsValue)
            return false
        }
        use(value)
        return true
    }

    private func hint(for name: String, _ nearest: String?) -> String? {
        if let nearest { return "did you mean '\(nearest)'?" }
        return name.split(separator: ".").last.flatMap { form(of: String($0)) }
    }

    /// Replaces each `${NAME}` from the environment.
    private func expand(_ text: String, at node: Node) -> String? {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                fail("'${' has no '}'", at: node, hint: "a variable of the environment is written as ${NAME}")
                return nil
            }
            let variable = String(rest[start.upperBound..<end])
            guard let value = environment[variable] else {
                fail(
                    "environment variable '\(variable)' is not set", at: node,
                    hint: "set it before icegate starts: export \(variable)=…")
                return nil
            }
            result += rest[..<start.lowerBound]
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
