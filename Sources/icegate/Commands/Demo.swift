import ArgumentParser
import Gateway
import GatewayHTTP
import Ice
import IcegateCommands
import Slice

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve an embedded Greeter: a real Ice servant on loopback and a gateway in front of it.",
        usage: "icegate demo [<options>]",
        discussion: """
            Example:
              icegate demo
            then in another terminal:
              curl -X POST localhost:8080/greeter/greet -d '{"name":"alice"}'

            Exit status: 0 after SIGTERM or SIGINT, 1 an error, 64 wrong arguments.
            """)

    @Option(help: ArgumentHelp("Address and port of the gateway (ICEGATE_LISTEN).", valueName: "addr:port"))
    var listen: String?

    @Option(help: "Ice endpoint of the servant.")
    var endpoint = "tcp -h 127.0.0.1 -p 0"

    @Flag(help: "Run the servant alone, without a gateway.")
    var servantOnly = false

    @Option(help: "What the servant says before a visitor's name.")
    var greeting = DemoGreeter.greeting

    @Option(
        name: .customLong("ice"), parsing: .singleValue,
        help: ArgumentHelp(
            "A property of Ice, as Ice.Default.Locator or Demo.AdapterId of the servant's object adapter; may be repeated.",
            valueName: "name=value"))
    var properties: [String] = []

    func run() throws {
        let communicator = try Communicator(iceProperties())
        defer { blockingWait { await communicator.destroy() } }
        let adapter: ObjectAdapter
        do {
            adapter = try communicator.createObjectAdapterWithEndpoints(name: "Demo", endpoints: endpoint)
        } catch {
            Terminal.complain(
                "icegate: error: cannot listen at '\(endpoint)': \(error.message)\nhint: as --endpoint 'tcp -h 127.0.0.1 -p 4061'"
            )
            throw ExitCode.failure
        }
        try adapter.add(servant: DemoGreeter.Servant(greeting: greeting), identity: DemoGreeter.identity)
        try adapter.activateAndWait()
        let proxy = try adapter.createProxy(DemoGreeter.identity)
        print("Ice servant: \(proxy)")
        guard !servantOnly else {
            flushStandardOutput()
            Signals.waitForTermination()
            return
        }
        var configuration = GatewayConfiguration()
        if let text = listen ?? GatewayOptions.environment["ICEGATE_LISTEN"] {
            guard let address = ListenAddress(text) else { throw ValidationError("'\(text)' is not ADDRESS:PORT") }
            configuration.listen = address
        }
        configuration.services = [
            ServiceConfiguration(name: "greeter", proxy: "\(proxy)", interface: DemoGreeter.typeID)
        ]
        guard let model = SliceCompiler.compile(source: DemoGreeter.slice, name: "Greeter.ice").model else {
            throw ExitCode.failure
        }
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        guard let gateway = result.gateway else {
            Terminal.complain(ConfigurationReport(result.errors).text)
            throw ExitCode.failure
        }
        try RunningGateway.run(
            gateway,
            started: { address in
                print(
                    "Try: curl -X POST \(shown(address))/greeter/greet -d '{\"name\":\"alice\"}'"
                )
                if let page = FirstRun.page(gateway, address: address) { print("Read: \(page)") }
            })
    }

    private func iceProperties() throws -> Properties {
        Properties(
            try properties.map { text in
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let name = parts.first, let value = parts.last, !name.isEmpty else {
                    throw ValidationError("'\(text)' is not NAME=VALUE")
                }
                return (String(name), String(value))
            })
    }

    /// As a client on this machine, or outside of a container, names the address.
    private func shown(_ address: String) -> String {
        address.replacing("127.0.0.1", with: "localhost").replacing("0.0.0.0", with: "localhost")
    }
}
