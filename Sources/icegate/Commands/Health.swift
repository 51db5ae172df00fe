import ArgumentParser
import EventLoop
import Gateway
import Glibc

struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a gateway whether it is ready, for container health checks; exit status 0 when it is.",
        usage: "icegate health [<options>] [<url>]",
        discussion: """
            Example:
              icegate health http://127.0.0.1:8080

            Exit status: 0 it is ready, 1 it is not, or no answer, 64 wrong arguments.
            """)

    @Argument(
        help:
            "Where it listens; by default what ICEGATE_LISTEN says, else the file of ICEGATE_CONFIG, else http://127.0.0.1:8080."
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for the answer, as 500ms or 5s; without a unit milliseconds.", valueName: "duration"))
    var timeout = "5s"

    @Option(help: "File of the authorities that are trusted for https, PEM; by default the system's.")
    var ca: String?

    @Flag(help: "Trust any certificate for https. So it is without a URL: a gateway asks itself.")
    var insecure = false

    @Option(help: "File of a client certificate, PEM, for gateways with tls.client_ca.")
    var certificate: String?

    @Option(help: "File of its key, PEM; by default the certificate's.")
    var key: String?

    func run() throws {
        guard let target = Self.target(url) else {
            throw ValidationError("'\(url ?? "")' is not http[s]://HOST:PORT[/PATH]")
        }
        let duration = UnitParsing.duration(timeout) ?? Int64(timeout).map { .milliseconds($0) }
        guard let duration, duration > .zero, duration <= .seconds(86_400) else {
            throw ValidationError("--timeout '\(timeout)' is not a duration, as 5s")
        }
        do {
            var tls: HealthTLS?
            if target.isSecure {
                tls = HealthTLS(authorities: ca, trustsEverybody: insecure || (url == nil && ca == nil))
                tls?.certificate = certificate.map { ($0, key ?? $0) }
            }
            let status = try HealthRequest.status(
                of: target.address, path: target.path, milliseconds: Int(duration / .milliseconds(1)), tls: tls)
            print("\(target.address)\(target.path): \(status)")
            guard status == 200 else { throw ExitCode.failure }
        } catch let error as SystemError {
            Terminal.complain("icegate: error: \(target.address): \(error)")
            throw ExitCode.failure
        } catch let error as HealthTLS.Failure {
            Terminal.complain("icegate: error: \(target.address): \(error)")
            throw ExitCode.failure
        }
    }

    /// Where a gateway with this environment listens. Faults elsewhere in its file are its own to tell.
    private static var configured: (listen: ListenAddress, isSecure: Bool) {
        let environment = GatewayOptions.environment
        var configuration = GatewayConfiguration()
        if let file = environment["ICEGATE_CONFIG"], let text = TextFile.read(file) {
            _ = ConfigurationFile.apply(text, file: file, environment: environment, to: &configuration)
        }
        let listen = environment["ICEGATE_LISTEN"].flatMap(ListenAddress.init) ?? configuration.listen
        return (listen, configuration.tls != nil)
    }

    private static func target(_ url: String?) -> (address: ListenAddress, path: String, isSecure: Bool)? {
        guard let url else {
            let configured = Self.configured
            var listen = configured.listen
            // A gateway on all addresses is asked on loopback.
            if listen.host == "0.0.0.0" { listen.host = "127.0.0.1" }
            if listen.host == "::" { listen.host = "::1" }
            return (listen, "/readyz", configured.isSecure)
        }
        var rest = url[...]
        let isSecure = rest.hasPrefix("https://")
        if isSecure { rest = rest.dropFirst(8) } else if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = String(rest[..<slash])
        let path = slash == rest.endIndex || rest[slash...] == "/" ? "/readyz" : String(rest[slash...])
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        return (ListenAddress(authority) ?? ListenAddress(authority + (isSecure ? ":443" : ":80"))).map {
            ($0, path, isSecure)
        }
    }
}
