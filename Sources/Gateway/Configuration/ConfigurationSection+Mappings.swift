import Yams

extension ConfigurationSection {
    // MARK: Mappings and lists of mappings

    /// - Parameter isAbsent: whether leaving it out is something else than leaving it empty.
    func section(
        _ key: String, _ description: String, isAbsent: Bool = false, _ read: (ConfigurationSection) -> Void
    ) {
        let node = child(key, described(key, .section, description, isAbsent: isAbsent))
        dryRun([key], read)
        guard let node else { return }
        guard node.mapping != nil else {
            return fail("'\(name(key))' must be a mapping", at: node, hint: form(of: key))
        }
        let section = ConfigurationSection(
            node, path: name(key), file: file, environment: environment, errors: errors)
        read(section)
        section.finish()
    }

    /// Every entry of a mapping whose keys are the user's and whose values are mappings.
    ///
    /// - Parameter example: a key as a user might choose it.
    func entries(
        _ key: String, _ description: String, example: String, _ read: (String, ConfigurationSection) -> Void
    ) {
        let node = child(key, described(key, .entries(name: example), description))
        dryRun([key, example]) { read(example, $0) }
        each(key, node) { entry, value in
            guard value.mapping != nil else {
                return fail("'\(name(key)).\(entry)' must be a mapping", at: value, hint: form(of: key))
            }
            read(entry, section(value, name(key), entry))
        }
    }

    /// Every item of a list of mappings.
    func items(_ key: String, _ description: String, _ read: (ConfigurationSection) -> Void) {
        let node = child(key, described(key, .items, description, isAbsent: true))
        dryRun([key, ConfigurationKey.item], read)
        guard let node else { return }
        guard let sequence = node.sequence else {
            return fail("'\(name(key))' must be a list", at: node, hint: form(of: key))
        }
        for (index, item) in sequence.enumerated() {
            guard item.mapping != nil else { return fail("'\(name(key))' must be a list of mappings", at: item) }
            let section = section(item, name(key), String(index))
            read(section)
            section.finish()
        }
    }

    // MARK: Mappings of values

    /// Every entry of a mapping whose keys are the user's and whose values are single values.
    ///
    /// - Parameters:
    ///   - names: what the keys are, for the reference.
    ///   - emptyMessage: what is wrong with a key without a value; nil: it is an empty text.
    func values<Value>(
        _ key: String, of names: String, _ form: ValueForm<Value>, _ description: String,
        emptyMessage: ((String) -> String)? = nil, _ use: (String, Value) -> Void
    ) {
        let shape = ConfigurationKey.Shape.value("mapping of \(names) to \(form.summary)")
        let node = child(key, described(key, shape, description, defaultText: "{}"))
        each(key, node) { entry, value in
            guard value.scalar != nil else { return fail("'\(name(key)).\(entry)' must be a single value", at: value) }
            if let emptyMessage, value.null != nil { return fail(emptyMessage(entry), at: value) }
            convert(value, "\(name(key)).\(entry)", form) { use(entry, $0) }
        }
    }

    /// Every entry of a mapping whose keys are the user's, its values of any shape as JSON text.
    func jsonValues(_ key: String, of names: String, _ description: String, _ use: (String, String) -> Void) {
        let shape = ConfigurationKey.Shape.value("mapping of \(names) to any value")
        each(key, child(key, described(key, shape, description, defaultText: "{}"))) { entry, value in
            guard let text = JSONText.of(value) else {
                return fail("'\(name(key)).\(entry)' has no JSON form", at: value)
            }
            use(entry, text)
        }
    }

    private func section(_ value: Node, _ path: String, _ entry: String) -> ConfigurationSection {
        ConfigurationSection(value, path: "\(path).\(entry)", file: file, environment: environment, errors: errors)
    }

    private func each(_ key: String, _ node: Node?, _ read: (String, Node) -> Void) {
        guard let node else { return }
        guard let mapping = node.mapping else {
            return fail("'\(name(key))' must be a mapping", at: node, hint: form(of: key))
        }
        for (entryKey, entryValue) in mapping {
            guard let entry = entryKey.string else {
                fail("a key must be a string", at: entryKey)
                continue
            }
            read(entry, entryValue)
        }
    }
}
