import ArgumentParser
import Gateway

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway.",
        discussion: "Example: icegate serve Greeter.ice --service 'greeter=greeter:tcp -h localhost -p 4061'")

    @OptionGroup var options: GatewayOptions

    func run() throws {
        let gateway = try options.load(asks: true)
        guard !gateway.routes.services.isEmpty else {
            TextFile.complain(
                "icegate: error: no service; add one, as: --service 'greeter=greeter:tcp -h localhost -p 4061'")
            throw ExitCode.failure
        }
        try RunningGateway.run(gateway)
    }
}
