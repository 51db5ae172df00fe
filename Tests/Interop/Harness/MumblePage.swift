import Foundation

/// Configurations for this server: that of `docs/mumble.md`, whose commands `scripts/test-docs` runs, and one of named servers.
struct MumblePage {
    /// With REST routes and `servers/{id}`, as on the page.
    var configuration: String
    /// `meta`, `server1` and `server2` with all their operations.
    var namedServers: String

    init(text: String, for mumble: MumbleServer) throws {
        let text = text.replacingOccurrences(of: "tcp -h 127.0.0.1 -p 6502", with: mumble.endpoint)
            .replacingOccurrences(of: "/usr/share/slice/Murmur.ice", with: mumble.package.sliceFile)
            .replacingOccurrences(of: "::Murmur::", with: "::\(mumble.package.module)::")
        guard let start = text.range(of: "```yaml\n"), let end = text[start.upperBound...].range(of: "```") else {
            throw HarnessError("docs/mumble.md has no configuration")
        }
        configuration = String(text[start.upperBound..<end.lowerBound])
        func service(_ name: String, _ identity: String, _ interface: String) -> String {
            """
              \(name):
                proxy: "\(identity):\(mumble.endpoint)"
                interface: "::\(mumble.package.module)::\(interface)"
                context: {secret: "${MUMBLE_SECRET}"}

            """
        }
        namedServers =
            "slice: {files: [\(mumble.package.sliceFile)], include: [/usr/share/ice/slice]}\nservices:\n"
            + service("meta", "Meta", "Meta") + service("server1", "s/1", "Server")
            + service("server2", "s/2", "Server")
    }
}
