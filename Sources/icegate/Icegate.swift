import ArgumentParser
import Gateway
import Glibc
import Slice

/// `icegate`: arguments in, library calls out.
@main
struct Icegate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icegate",
        abstract: "The HTTP/JSON gateway for ZeroC Ice.",
        discussion: """
            Try it:
              icegate demo
              curl -X POST localhost:8080/greeter/greet -d '{"name":"alice"}'
            """,
        version: Version.current,
        subcommands: [
            Demo.self, Serve.self, Init.self, Check.self, Routes.self, OpenAPICommand.self, Call.self, Mock.self,
            Health.self, Completion.self,
        ])

    /// As ArgumentParser's own, but for a hint when there is no such command.
    static func main() {
        let names = configuration.subcommands.compactMap { $0._commandName } + ["help"]
        if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word) {
            let hint = Suggestion.nearest(to: word, in: names).map { "did you mean '\($0)'?" }
            Terminal.complain(
                "icegate: error: there is no command '\(word)'\nhint: "
                    + (hint ?? "there are \(names.joined(separator: ", "))"))
            exit(withError: ExitCode(EX_USAGE))
        }
        main(nil)
    }
}
