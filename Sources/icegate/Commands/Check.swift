import ArgumentParser
import Gateway
import Slice

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Load everything, print routes and diagnostics, start nothing.",
        discussion: "Exit status 1 on an error. Example: icegate check Greeter.ice")

    @OptionGroup var options: GatewayOptions

    func run() throws {
        let gateway = try options.load(asks: false)
        print(RouteListing.text(gateway.routes), terminator: "")
        if gateway.routes.routes.isEmpty {
            print("no service is given; the Slice files have these interfaces for --service 'name=proxy@interface':")
            for interface in gateway.model.callableInterfaces { print("  \(interface)") }
        }
    }
}

struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the route table: method, path, operation, mode, status.")

    @OptionGroup var options: GatewayOptions

    func run() throws {
        print(RouteListing.text(try options.load(asks: true).routes), terminator: "")
    }
}
