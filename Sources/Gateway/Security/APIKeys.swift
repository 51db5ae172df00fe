/// The keys that clients of a service may show. Only their hashes are kept.
struct APIKeys: Sendable {
    /// Bytes of a key at least: shorter ones can be guessed.
    static let shortest = 16
    /// Bytes of a key at most.
    static let longest = 512

    /// A line that is no key.
    struct Failure: Error {
        /// From 1.
        let line: Int
        let message: String
    }

    private let clients: [Digest: ClientIdentity]

    /// - Parameter text: one `KEY` or `NAME:KEY` a line; empty lines and those that begin with `#` are left out. A key without
    ///   a name is called by its line, `line-3`.
    init(_ text: [UInt8]) throws(Failure) {
        var clients: [Digest: ClientIdentity] = [:]
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let content = Self.trimmed(line)
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            let number = index + 1
            var key = content
            var name = "line-\(number)"
            if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
                let bytes = Self.trimmed(content[..<colon])
                guard !bytes.isEmpty, bytes.count <= 100, bytes.allSatisfy(Self.isNameByte) else {
                    throw Failure(line: number, message: "a key's name has letters, digits, '.', '_' and '-'")
                }
                name = String(decoding: bytes, as: UTF8.self)
                key = Self.trimmed(content[(colon + 1)...])
            }
            guard key.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw Failure(line: number, message: "a key is visible ASCII without blanks")
            }
            guard key.count >= Self.shortest else {
                throw Failure(line: number, message: "a key has \(Self.shortest) bytes at least")
            }
            guard key.count <= Self.longest else {
                throw Failure(line: number, message: "a key has \(Self.longest) bytes at most")
            }
            guard let digest = key.withUnsafeBytes(Digest.init) else {
                throw Failure(line: number, message: "out of memory")
            }
            guard clients.updateValue(ClientIdentity(.apiKey, name: name), forKey: digest) == nil else {
                throw Failure(line: number, message: "this key is there already")
            }
        }
        guard !clients.isEmpty else { throw Failure(line: 1, message: "there is no key: nobody could call") }
        self.clients = clients
    }

    /// Whose key it is; nil when it is none.
    ///
    /// What is compared are hashes: how long it takes tells about a hash, and nobody can choose one.
    func client(_ key: UnsafeRawBufferPointer) -> ClientIdentity? {
        guard key.count >= Self.shortest, key.count <= Self.longest, let digest = Digest(key) else { return nil }
        return clients[digest]
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
