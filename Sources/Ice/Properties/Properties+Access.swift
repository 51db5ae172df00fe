import Logging
import Synchronization

/// Properties by their names.
public typealias PropertyDict = [String: String]

extension Properties {
    // MARK: Text

    /// The value of a property; empty when it is not set.
    public func getProperty(_ key: String) -> String { self[key] ?? "" }

    /// The value of a property, `value` when it is not set.
    public func getPropertyWithDefault(key: String, value: String) -> String { self[key] ?? value }

    /// The value of a property that this runtime understands, its default when it is not set. Other names have no default.
    public func getIceProperty(_ key: String) -> String { self[key] ?? Self.understood[key] ?? "" }

    /// All properties whose names start with `prefix`.
    public func getPropertiesForPrefix(_ prefix: String) -> PropertyDict {
        entries.withLock { entries in
            var found: PropertyDict = [:]
            for name in entries.keys where name.utf8.starts(with: prefix.utf8) {
                entries[name]?.isUsed = true
                found[name] = entries[name]?.value
            }
            return found
        }
    }

    /// Sets a property; an empty value makes it as if it had never been set. Blanks around `key` don't count; a blank key
    /// names nothing and is passed over.
    public func setProperty(key: String, value: String) {
        let name = key.trimmingBlanks
        guard !name.isEmpty else { return }
        self[name] = value.isEmpty ? nil : value
    }
}

extension Properties {
    // MARK: Numbers

    /// The value of a property as a number; 0 when it is not set.
    ///
    /// - Throws: ``LocalException`` `.property` when it is not a number of 32 bits.
    public func getPropertyAsInt(_ key: String) throws(LocalException) -> Int32 {
        try getPropertyAsIntWithDefault(key: key, value: 0)
    }

    /// The value of a property as a number; `value` when it is not set.
    ///
    /// - Throws: ``LocalException`` `.property` when it is not a number of 32 bits.
    public func getPropertyAsIntWithDefault(key: String, value: Int32) throws(LocalException) -> Int32 {
        guard let text = self[key] else { return value }
        guard let number = Int32(text) else {
            throw LocalException(.property, "property \(key)=\(text) is not a number of 32 bits")
        }
        return number
    }

    /// The value of a property that this runtime understands as a number, its default when it is not set.
    ///
    /// - Throws: ``LocalException`` `.property` when that is no number, or the name is unknown and not set.
    public func getIcePropertyAsInt(_ key: String) throws(LocalException) -> Int32 {
        if let text = Self.understood[key] {
            return try getPropertyAsIntWithDefault(key: key, value: Int32(text) ?? 0)
        }
        guard self[key] != nil else { throw LocalException(.property, "\(key) is unknown: there is no default") }
        return try getPropertyAsInt(key)
    }
}

extension Properties {
    // MARK: Lists

    /// The value of a property as texts between blanks and commas, empty when it is not set. One that holds either itself
    /// stands between `"` or `'`; a backslash before a quote makes it an ordinary character.
    public func getPropertyAsList(_ key: String) -> [String] { getPropertyAsListWithDefault(key: key, value: []) }

    /// As ``getPropertyAsList(_:)``; `value` when it is not set, has no element or lacks a closing quote.
    public func getPropertyAsListWithDefault(key: String, value: [String]) -> [String] {
        guard let text = self[key] else { return value }
        guard let list = PropertyList.split(text) else {
            Self.processLogger.warning("a quote is not closed in property \(key): the default holds")
            return value
        }
        return list.isEmpty ? value : list
    }

    /// As ``getPropertyAsList(_:)`` of a property that this runtime understands, its default when it is not set.
    public func getIcePropertyAsList(_ key: String) -> [String] {
        getPropertyAsListWithDefault(key: key, value: PropertyList.split(Self.understood[key] ?? "") ?? [])
    }
}

extension String {
    /// Without the blanks, tabs and ends of lines at both ends.
    var trimmingBlanks: String {
        let bytes = utf8
        let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
