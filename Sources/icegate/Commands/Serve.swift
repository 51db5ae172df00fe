import ArgumentParser
import Gateway

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway.",
        discussion: "Example: icegate serve Greeter.ice --service 'greeter=greeter:tcp -h localhost -p 4061'")

    @OptionGroup var options: GatewayOptions

    @Flag(help: "Load everything anew, as at SIGHUP, when a file of the configuration or of Slice changes.")
    var watch = false

    func run() throws {
        let gateway = try load(replacing: nil)
        let watches: ((GatewayConfiguration) -> [String])? = watch ? { watchedFiles($0) } : nil
        try RunningGateway.run(gateway, reload: { served in try load(replacing: served) }, watches: watches)
    }

    private func load(replacing served: Gateway?) throws -> Gateway {
        let gateway = try options.load(asks: true, replacing: served)
        guard !gateway.routes.services.isEmpty else {
            TextFile.complain(
                "icegate: error: no service; add one, as: --service 'greeter=greeter:tcp -h localhost -p 4061'")
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
