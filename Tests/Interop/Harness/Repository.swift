import Glibc

/// Where things are in the working tree.
enum Repository {
    static let root = parent(of: parent(of: parent(of: parent(of: #filePath))))
    static let slice = "\(root)/slice"
    static let peers = "\(root)/Tests/Interop/peers"
    /// What `scripts/setup-peers` prepares.
    static let builtPeers = "\(root)/.build-peers"

    /// The gateway: `ICEGATE_BIN`, else what was built along with this test bundle.
    static var icegate: String {
        if let path = getenv("ICEGATE_BIN") {
            return String(cString: path)
        }
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path[..<max(length, 0)].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(parent(of: own))/icegate"
    }

    /// Where the gateway is.
    static var folder: String { parent(of: icegate) }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
