import Gateway
import Slice

/// What to do about faults in Slice on which newcomers stumble.
enum SliceHints {
    /// Where Debian's package `zeroc-ice-slice` has Ice's own Slice files.
    static let ownFolder = "/usr/share/ice/slice"

    /// - Parameter include: the folders that were searched.
    static func hint(for diagnostic: Diagnostic, include: [String]) -> String? {
        guard diagnostic.severity == .error else { return nil }
        let message = diagnostic.message
        guard let name = quoted(message) else { return nil }
        if message.hasPrefix("cannot open include file") { return self.include(name, include) }
        if message.hasSuffix(" is not defined"),
            !diagnostic.notes.contains(where: { $0.message.hasPrefix("did you mean") })
        {
            return undefined(name)
        }
        return nil
    }

    private static func include(_ file: String, _ folders: [String]) -> String {
        let path = file.trimmingPrefix(while: { "<\"".contains($0) }).prefix { !">\"".contains($0) }
        let isOwn = ["Ice/", "IceBox/", "IceGrid/", "IceStorm/", "IceSSL/", "Glacier2/", "IceDiscovery/"]
            .contains { path.hasPrefix($0) }
        let searched = folders.isEmpty ? "" : ", not found in \(folders.joined(separator: ", "))"
        guard isOwn else {
            return "name the folder it is in: -I FOLDER, or slice.include in the configuration\(searched)"
        }
        if FileSourceReader().read("\(ownFolder)/\(path)") != nil {
            return "this file comes with Ice: -I \(ownFolder), or slice.include in the configuration"
        }
        return "this file comes with Ice: apt install zeroc-ice-slice, then -I \(ownFolder)\(searched)"
    }

    /// Spellings of other languages.
    private static let foreign = [
        "String": "string", "str": "string", "wstring": "string", "char": "byte or string", "Integer": "int",
        "integer": "int", "int16": "short", "int32": "int", "int64": "long", "uint": "int", "uint8": "byte",
        "uint16": "int", "uint32": "long", "uint64": "long", "unsigned": "int or long", "float32": "float",
        "float64": "double", "boolean": "bool", "Boolean": "bool", "bytes": "a sequence<byte>",
        "list": "a sequence: sequence<string> Names;", "array": "a sequence: sequence<string> Names;",
        "vector": "a sequence: sequence<string> Names;", "map": "a dictionary: dictionary<string, int> Ages;",
        "object": "Object* or Value", "any": "Value",
    ]

    private static func undefined(_ name: String) -> String {
        if let own = foreign[name] { return "in Slice that is \(own)" }
        let simple = ["bool", "byte", "short", "int", "long", "float", "double", "string", "Object", "Value"]
        if let nearest = Suggestion.nearest(to: name, in: simple), name.count > 3 {
            return "did you mean '\(nearest)'?"
        }
        return
            "a file sees what it defines above and what it includes: is an #include missing, or a module before the name?"
    }

    /// What stands between the first pair of quotes.
    private static func quoted(_ message: String) -> String? {
        guard let open = message.firstIndex(of: "'") else { return nil }
        let rest = message[message.index(after: open)...]
        return rest.lastIndex(of: "'").map { String(rest[..<$0]) }
    }
}
