import Yams

/// Where a part of the configuration stands in a file; lines and columns count from 1.
package struct ConfigurationPlace: Hashable, Sendable {
    package var file: String
    package var line: Int?
    package var column: Int?

    /// The places of what only the loaded Slice shows to be wrong, by the names that errors have for them.
    static func all(in root: Node, file: String) -> [String: ConfigurationPlace] {
        var result: [String: ConfigurationPlace] = [:]
        func add(_ name: String, _ node: Node?) {
            guard let mark = node?.mark else { return }
            result[name] = ConfigurationPlace(file: file, line: mark.line, column: mark.column)
        }
        for key in ["exceptions", "ice"] { add(key, root.mapping?[key]) }
        for key in ["origins", "headers"] { add("cors.\(key)", root.mapping?["cors"]?.mapping?[key]) }
        func addPath(_ node: Node?) {
            if let path = node?.string { add(name(ofPath: path), node) }
        }
        root.mapping?["slice"]?.mapping?["files"]?.sequence?.forEach(addPath)
        for key in ["certificate", "key", "client_ca"] { addPath(root.mapping?["tls"]?.mapping?[key]) }
        add("slice.define", root.mapping?["slice"]?.mapping?["define"])
        for (key, _) in root.mapping?["ice"]?.mapping ?? [:] {
            if let name = key.string { add("ice.\(name)", key) }
        }
        for (key, service) in root.mapping?["services"]?.mapping ?? [:] {
            if let name = key.string {
                add("service '\(name)'", service)
                add("service '\(name)'.proxy", service.mapping?["proxy"])
                let auth = service.mapping?["auth"]?.mapping
                addPath(auth?["api_keys"])
                addPath(auth?["jwt"]?.mapping?["jwks"])
            }
        }
        return result
    }

    /// What the place of a file's name is called.
    static func name(ofPath path: String) -> String { "path \(path)" }
}
