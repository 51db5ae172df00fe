import Foundation

/// `docs/mumble.md`, with this server in place of the one that it describes.
struct MumblePage {
    struct Command {
        var isPost: Bool
        /// Without the leading slash.
        var path: String
        var body: String
        /// One line.
        var answer: String
    }

    var configuration: String
    var commands: [Command] = []

    init(text: String, for mumble: MumbleServer) throws {
        let text = text.replacingOccurrences(of: "tcp -h 127.0.0.1 -p 6502", with: mumble.endpoint)
            .replacingOccurrences(of: "/usr/share/slice/Murmur.ice", with: mumble.package.sliceFile)
            .replacingOccurrences(of: "::Murmur::", with: "::\(mumble.package.module)::")
        guard let start = text.range(of: "```yaml\n"), let end = text[start.upperBound...].range(of: "```") else {
            throw HarnessError("docs/mumble.md has no configuration")
        }
        configuration = String(text[start.upperBound..<end.lowerBound])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let pattern = /curl (?<post>-X POST )?localhost:8080\/(?<path>\S+)(?: -d '(?<body>[^']*)')?/
        for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("curl ") {
            guard let match = try pattern.wholeMatch(in: line) else { throw HarnessError("not understood: \(line)") }
            commands.append(
                Command(
                    isPost: match.post != nil, path: String(match.path), body: String(match.body ?? ""),
                    answer: String(next)))
        }
    }
}
