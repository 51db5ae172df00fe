import Glibc
import Logging
import Synchronization

extension Properties {
    // MARK: Files

    /// What concerns no communicator goes here: to the application's own log, by the label `Ice`.
    static var processLogger: Logger { Logger(label: "Ice") }

    /// Adds the properties of a file; those set before are replaced. Lines that say nothing are reported to the log.
    ///
    /// - Throws: ``LocalException`` `.file` when it can't be read or is not UTF-8.
    public func load(_ file: String) throws(LocalException) {
        try load(file) { line in Self.processLogger.warning("\(file):\(line): no property: passed over") }
    }

    /// - Parameter report: called with the number of each line that is neither blank nor a property; the first is 1. Not
    ///   with the line, which may hold a secret.
    func load(_ file: String, report: (Int) -> Void) throws(LocalException) {
        var bytes = try Self.contents(of: file)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LocalException(.file, "\(file) is not UTF-8")
        }
        // Not by characters: a carriage return and a line feed are one.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            switch PropertyLine(Substring(line)) {
            case .entry(let name, let value): setProperty(key: name, value: value)
            case .nothing: continue
            case .invalid: report(index + 1)
            }
        }
    }

    private static func contents(of file: String) throws(LocalException) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LocalException(.file, "\(file): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &part, part.count)
            if count > 0 {
                contents += part.prefix(count)
            } else if count == 0 {
                return contents
            } else if errno != EINTR {
                throw LocalException(.file, "\(file): \(String(cString: strerror(errno)))")
            }
        }
    }
}

extension Properties {
    // MARK: Command lines

    /// The first words of properties that belong to Ice and its services.
    static let reservedPrefixes = [
        "Ice", "IceMX", "IceDiscovery", "IceLocatorDiscovery", "IceBox", "IceBoxAdmin", "IceBridge", "IceGridAdmin",
        "IceGrid", "IceGridGUI", "IceSSL", "IceStorm", "IceStormAdmin", "IceBT", "Glacier2", "DataStorm",
    ]

    /// The properties as `--name=value`, sorted.
    public func getCommandLineOptions() -> [String] {
        entries.withLock { entries in entries.map { "--\($0)=\($1.value)" }.sorted() }
    }

    /// Sets the properties given as `--prefix.name=value`, or `--prefix.name` for 1.
    ///
    /// - Parameter prefix: empty for all options that begin with `--`.
    /// - Returns: the other options, in their order.
    public func parseCommandLineOptions(prefix: String, options: [String]) -> [String] {
        let start = "--" + (prefix.isEmpty || prefix.utf8.last == UInt8(ascii: ".") ? prefix : prefix + ".")
        return options.filter { option in
            guard option.utf8.starts(with: start.utf8) else { return true }
            let line = option.utf8.contains(UInt8(ascii: "=")) ? option : option + "=1"
            if case .entry(let name, let value) = PropertyLine(line.dropFirst(2)) {
                setProperty(key: name, value: value)
            } else {
                Self.processLogger.warning("an option without a name behind \(start): passed over")
            }
            return false
        }
    }

    /// As ``parseCommandLineOptions(prefix:options:)`` with all prefixes of Ice and its services.
    public func parseIceCommandLineOptions(_ options: [String]) -> [String] {
        Self.reservedPrefixes.reduce(options) { rest, prefix in parseCommandLineOptions(prefix: prefix, options: rest) }
    }
}

extension Properties {
    // MARK: All together

    /// Reads configuration files, then the command line, which wins.
    ///
    /// - Parameter environment: gives variables by name.
    /// - Returns: the arguments that are none of Ice's.
    func load(
        arguments: [String], environment: (String) -> String?
    ) throws(LocalException) -> [String] {
        let isFile = { (argument: String) in argument == "--Ice.Config" || argument.hasPrefix("--Ice.Config=") }
        let files = arguments.filter(isFile)
        _ = parseCommandLineOptions(prefix: "Ice", options: files)
        if !files.isEmpty || self["Ice.Config"] == nil {
            var list = self["Ice.Config"] ?? ""
            if list.isEmpty || list == "1", let variable = environment("ICE_CONFIG"), !variable.isEmpty {
                list = variable
            }
            for file in PropertyList.split(list, at: ",") ?? [list] { try load(file.trimmingBlanks) }
            if !list.isEmpty { self["Ice.Config"] = list }
        }
        return parseIceCommandLineOptions(arguments.filter { !isFile($0) })
    }
}
