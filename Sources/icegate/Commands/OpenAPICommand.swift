import ArgumentParser
import Gateway
import OpenAPI

struct OpenAPICommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, yaml
    }

    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Write the OpenAPI 3.1 document of exactly what is served.",
        usage: "icegate openapi [<options>] [<slice> ...]",
        discussion: """
            Example:
              icegate openapi slice/Greeter.ice \\
                --service 'greeter=greeter:tcp -h localhost -p 4061' --format json

            Exit status: 0 written, 1 an error, 64 wrong arguments.
            """)

    @OptionGroup var options: GatewayOptions

    @Option(name: .shortAndLong, help: "File to write; standard output without it.", completion: .file())
    var output: String?

    @Option(help: "json or yaml; by default what the file's name says, else yaml.")
    var format: Format?

    func run() throws {
        let gateway = try options.load()
        if gateway.configuration.services.isEmpty {
            Terminal.complain(
                """
                icegate: warning: there is no service, so that the document describes no operations
                hint: name one, as: --service 'greeter=greeter:tcp -h localhost -p 4061'
                """)
        }
        let document = gateway.document
        let format = format ?? (output?.hasSuffix(".json") == true ? .json : .yaml)
        let text = format == .json ? document.json() : document.yaml()
        guard let output else {
            return try Terminal.print(text)
        }
        guard TextFile.write(text, to: output) else {
            Terminal.complain("\(output): error: the file can't be written")
            throw ExitCode.failure
        }
    }
}
