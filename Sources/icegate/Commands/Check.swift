import ArgumentParser
import Gateway
import Slice

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load everything, print routes and diagnostics, start nothing.",
        usage: "icegate check [<options>] [<slice> ...]",
        discussion: """
            Examples:
              icegate check slice/Greeter.ice
              icegate check slice/Greeter.ice \\
                --service 'greeter=greeter:tcp -h localhost -p 4061'
            Every fault is told at once, with its file, line and column, and what to do.
            A target is asked only for an interface that isn't given; one that doesn't
            answer is a warning.

            Exit status: 0 all is well, 1 an error, 64 wrong arguments.
            """)

    @OptionGroup var options: GatewayOptions

    // A service's command line may be checked as it is.
    @Flag(help: .hidden) var watch = false

    func run() throws {
        let gateway = try options.load(goesOnUnasked: true)
        try Terminal.print(RouteListing.text(gateway.routes))
        if gateway.configuration.services.isEmpty {
            print("no service is given; the Slice files have these interfaces for --service 'name=proxy@interface':")
            for interface in gateway.model.callableInterfaces { print("  \(interface)") }
        }
    }
}

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the route table: method, path, operation, mode, status.",
        usage: "icegate routes [<options>] [<slice> ...]",
        discussion: """
            Example:
              icegate routes slice/Greeter.ice \\
                --service 'greeter=greeter:tcp -h localhost -p 4061'

            Exit status: 0 printed, 1 an error, 64 wrong arguments.
            """)

    @OptionGroup var options: GatewayOptions

    func run() throws {
        try Terminal.print(RouteListing.text(try options.load().routes))
    }
}
