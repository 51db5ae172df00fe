import Slice

/// Looks for definitions of a run that get the same name in Swift.
struct NameClashes {
    private struct Entry {
        var definition: ScopedName
        var info: ElementInfo
    }

    private var entries: [String: Entry] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    init(in run: GenerationRun) {
        for file in run.files {
            for definition in file.definitions {
                guard let info = run.model.info(of: definition) else { continue }
                for name in Self.names(of: definition, in: run) { add(name, Entry(definition: definition, info: info)) }
            }
        }
        checkFiles(run.files)
    }

    /// All that is declared for a definition.
    private static func names(of definition: ScopedName, in run: GenerationRun) -> [String] {
        let flat = run.names.flatName(of: definition)
        guard let interface = run.model.interfaces[definition], !interface.isDeclaredOnly else { return [flat] }
        let suffixes =
            ["Traits", "Prx", "PrxProtocol", "Exceptions"] + (run.model.classes[definition] == nil ? [] : ["Disp"])
        return [flat] + suffixes.map { flat + $0 }
    }

    private mutating func add(_ name: String, _ entry: Entry) {
        if !SwiftIdentifier.isValid(name) {
            report("'\(name)' can't be a name in Swift", entry)
        } else if name == "Ice" || name == "Swift" {
            report("the Swift name '\(name)' is that of a module which generated code needs", entry)
        } else if let other = entries[name], other.definition != entry.definition {
            let note = Diagnostic(
                severity: .note, message: "'\(other.definition)' is defined here", location: other.info.location)
            report(
                "'\(entry.definition)' needs the Swift name '\(name)', which '\(other.definition)' has, too: "
                    + "give one of them another with swift:identifier", entry, notes: [note])
        } else {
            entries[name] = entry
        }
    }

    private mutating func report(_ message: String, _ entry: Entry, notes: [Diagnostic] = []) {
        diagnostics.append(
            Diagnostic(severity: .error, message: message, location: entry.info.location, notes: notes))
    }

    /// Each file of a Swift module needs a name of its own.
    private mutating func checkFiles(_ files: [GenerationRun.File]) {
        var seen: [String: String] = [:]
        for file in files {
            if let other = seen[file.registrationName] {
                let location = SourceLocation(file: file.path, line: 1, column: 1)
                diagnostics.append(
                    Diagnostic(
                        severity: .error,
                        message: "the name of the generated file would be that of '\(other)'", location: location))
            }
            seen[file.registrationName] = file.path
        }
    }
}
