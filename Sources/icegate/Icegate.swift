import ArgumentParser

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
}
