import ArgumentParser
import Gateway
import GatewayHTTP
import Ice
import Slice

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve an embedded Greeter: a real Ice servant on loopback and a gateway in front of it.")

    @Option(help: ArgumentHelp("Address and port of the gateway (ICEGATE_LISTEN).", valueName: "addr:port"))
    var listen: String?

    @Option(help: "Ice endpoint of the servant.")
    var endpoint = "tcp -h 127.0.0.1 -p 0"

    @Flag(help: "Run the servant alone, without a gateway.")
    var servantOnly = false

    func run() throws {
        let communicator = try Communicator()
        defer { blockingWait { await communicator.destroy() } }
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "Demo", endpoints: endpoint)
        try adapter.add(servant: DemoGreeter.Servant(), identity: DemoGreeter.identity)
        try adapter.activate()
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
            for error in result.errors { TextFile.complain("\(error)") }
            throw ExitCode.failure
        }
        try RunningGateway.run(
            gateway,
            started: { address in
                print(
                    "Try: curl -X POST \(address.replacing("127.0.0.1", with: "localhost"))/greeter/greet -d '{\"name\":\"alice\"}'"
                )
            })
    }
}
