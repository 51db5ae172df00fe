import ArgumentParser
import Gateway
import IcegateCommands

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway.",
        usage: "icegate serve [<options>] [<slice> ...]",
        discussion: """
            Example:
              icegate serve slice/Greeter.ice \\
                --service 'greeter=greeter:tcp -h localhost -p 4061'
            SIGTERM ends it when the requests in flight are answered, SIGHUP loads everything anew.

            Exit status: 0 after SIGTERM or SIGINT, 1 an error, 64 wrong arguments.
            """)

    @OptionGroup var options: GatewayOptions

    @Flag(help: "Load everything anew, as at SIGHUP, when a file of the configuration or of Slice changes.")
    var watch = false

    func run() throws {
        let gateway = try load(replacing: nil)
        let watches: ((GatewayConfiguration) -> [String])? = watch ? { watchedFiles($0) } : nil
        try RunningGateway.run(
            gateway, reload: { served in try load(replacing: served) }, watches: watches,
            started: { RunningGateway.suggest(gateway, $0) })
    }

    private func load(replacing served: Gateway?) throws -> Gateway {
        let gateway = try options.load(replacing: served)
        guard !gateway.routes.services.isEmpty else {
            Terminal.complain(FirstRun.missingService(gateway.model, arguments: options.sliceWords()))
            throw ExitCode.failure
        }
        return gateway
    }

    /// All files whose change may make another gateway.
    private func watchedFiles(_ configuration: GatewayConfiguration) -> [String] {
        var files = configuration.slice.files + configuration.slice.include
        if let config = options.config ?? GatewayOptions.environment["ICEGATE_CONFIG"] { files.append(config) }
        if let tls = configuration.tls { files += [tls.certificate, tls.key] + (tls.clientCA.map { [$0] } ?? []) }
        for authentication in configuration.services.compactMap(\.authentication) {
            if let keys = authentication.apiKeys { files.append(keys) }
            if let jwt = authentication.jwt { files.append(jwt.jwks) }
        }
        return files
    }
}
