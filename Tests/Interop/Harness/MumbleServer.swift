import Foundation
import Glibc

/// Debian's `mumble-server` as it was installed, started with a database of its own in a temporary folder: an Ice server
/// of others, with nothing of ours in it.
struct MumbleServer: Sendable {
    /// As in `tcp -h 127.0.0.1 -p 40917`.
    var endpoint: String
    var package: Package

    /// The secrets that it wants in the request context of its clients.
    static let readSecret = "only-reads-5e3d"
    static let writeSecret = "reads-and-writes-91c7"

    /// What the Debian package holds.
    struct Package: Sendable {
        var program: String
        var sliceFile: String
        /// Upstream and Debian, as in `1.3.4-4`.
        var version: String

        /// The Slice module: `Murmur` up to 1.4, `MumbleServer` from 1.5.
        var module: String { sliceFile.hasSuffix("/MumbleServer.ice") ? "MumbleServer" : "Murmur" }

        /// - Throws: ``HarnessError`` that says what to install: nothing is ever skipped.
        static func find() async throws -> Package {
            let files = try await query("--listfiles", "mumble-server")
            let version = try await query("--show", "--showformat=${Version}\\n", "mumble-server")
            func file(_ endings: String...) throws -> String {
                for ending in endings {
                    if let file = files.first(where: { $0.hasSuffix(ending) }) { return file }
                }
                throw HarnessError("the package mumble-server has no file \(endings.joined(separator: " or "))")
            }
            return Package(
                program: try file("bin/murmurd", "bin/mumble-server"),
                sliceFile: try file("/Murmur.ice", "/MumbleServer.ice"), version: version.first ?? "")
        }

        private static func query(_ arguments: String...) async throws -> [String] {
            let process = try ChildProcess.launch(["/usr/bin/dpkg-query"] + arguments)
            let lines = await process.remainingLines()
            guard try await process.waitForExit() == 0 else {
                throw HarnessError("mumble-server is not installed: run scripts/install-deps test")
            }
            return lines
        }
    }

    /// Runs `body` with a server whose first virtual server is up.
    static func with<Result: Sendable>(_ body: (MumbleServer) async throws -> Result) async throws -> Result {
        let package = try await Package.find()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("icegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let settings = folder.appendingPathComponent("mumble.ini")
        try Self.settings(folder.path).write(to: settings, atomically: true, encoding: .utf8)
        // Its log goes to standard error.
        let process = try ChildProcess.launch(
            ["/bin/sh", "-c", #"exec "$@" 2>&1"#, "sh", package.program, "-fg", "-ini", settings.path],
            endsWithInput: false)
        return try await ending(process) {
            let running = try await process.line(containing: #"Endpoint ""#)
            // Asked for port 0, the system chose one: 'MurmurIce: Endpoint "tcp -h 127.0.0.1 -p 40917 -t 60000" running'.
            let words = running.split { " \"".contains($0) }
            guard let option = words.firstIndex(of: "-p"), let port = words.dropFirst(option + 1).first else {
                throw HarnessError("no port in '\(running)'")
            }
            _ = try await process.line(containing: "Server listening on")
            return try await body(MumbleServer(endpoint: "tcp -h 127.0.0.1 -p \(port)", package: package))
        }
    }

    /// Nothing leaves the machine: no registration, no announcement. Started by root, it would change to a user of its own.
    private static func settings(_ folder: String) -> String {
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? ""
        return """
            database=\(folder)/mumble.sqlite
            logfile=
            host=127.0.0.1
            port=0
            ice="tcp -h 127.0.0.1 -p 0"
            icesecretread=\(readSecret)
            icesecretwrite=\(writeSecret)
            welcometext=
            bonjour=false
            dbus=
            allowping=false
            uname=\(user)
            """
    }
}
