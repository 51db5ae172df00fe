import ArgumentParser
import Gateway
import GatewayHTTP
import Glibc
import Ice
import IcegateCommands
import Slice

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a configuration file to start from.",
        usage: "icegate init [<options>] <slice> ...",
        discussion: """
            Example:
              icegate init slice/Greeter.ice \\
                --service 'greeter:tcp -h localhost -p 4061' -o -
            writes to standard output; without -o it is icegate.yaml. Then: icegate check --config icegate.yaml

            Without --service there is one for each interface, with a proxy to be replaced by yours.

            Exit status: 0 written, 1 an error, or the file exists, 64 wrong arguments.
            """)

    @Argument(help: "Slice files, or folders with Slice files.", completion: .file(extensions: ["ice"]))
    var slice: [String] = []

    @OptionGroup var preprocessor: PreprocessorOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A service; its name is made of the interface's when only a proxy is given; may be repeated.",
            valueName: "[name=]proxy[@typeid]"))
    var service: [String] = []

    @Option(
        name: .shortAndLong, help: "File to write; - is standard output.",
        completion: .file(extensions: ["yaml", "yml"]))
    var output = "icegate.yaml"

    @Flag(help: "Replace the file if it exists.")
    var force = false

    func run() throws {
        guard !slice.isEmpty else {
            throw Self.failed("no Slice file", "name the files that define your interfaces: icegate init Greeter.ice")
        }
        // A configuration has no other spelling for it.
        if let word = (slice + preprocessor.folders + preprocessor.define).first(where: { $0.contains("${") }) {
            throw Self.failed("'\(word)' can't stand in a configuration, where ${NAME} is a variable", "rename it")
        }
        var sources = GatewayConfiguration.SliceSources()
        (sources.files, sources.include, sources.define) = (slice, preprocessor.folders, preprocessor.define)
        let loaded = SliceLoading.load(sources)
        if !loaded.report.isEmpty { Terminal.complain(loaded.report.text) }
        guard let model = loaded.model else { throw ExitCode.failure }
        let services = try services(model)
        let text = InitialConfiguration.text(
            slice: sources, services: services, model: model,
            command: ShellText.line(["icegate", "init"] + slice))
        guard output != "-" else { return try Terminal.print(text) }
        if let reason = TextFile.create(text, at: output, replaces: force) {
            throw Self.failed(
                "\(output): \(reason)",
                reason == TextFile.exists ? "--force replaces it, -o names another file, -o - prints" : nil)
        }
        print("\(output) is written, with \(services.map(\.name).joined(separator: ", ")).")
        print("Try: \(ShellText.line(["icegate", "check", "--config", output]))")
    }

    /// Those asked for, or one for each interface.
    private func services(_ model: SliceModel) throws -> [ServiceConfiguration] {
        let interfaces = model.callableInterfaces
        guard !interfaces.isEmpty else {
            throw Self.failed("there is no interface in the Slice files", "name the files that define one")
        }
        let communicator = try Communicator()
        defer { blockingWait { await communicator.destroy() } }
        var services: [ServiceConfiguration] = []
        for text in service {
            let found: ServiceConfiguration
            do {
                found = try InitialService.parse(text, model, communicator)
            } catch {
                Terminal.complain("\(error)")
                throw ExitCode.failure
            }
            if services.contains(where: { $0.name == found.name }) {
                throw Self.failed("two services have the name '\(found.name)'", "as --service 'other=PROXY'")
            }
            services.append(found)
        }
        guard service.isEmpty else { return services }
        for interface in interfaces {
            let name = ServiceNaming.name(of: interface.text)
            guard !services.contains(where: { $0.name == name }) else { continue }
            services.append(
                ServiceConfiguration(
                    name: name, proxy: "\(name):tcp -h localhost -p 4061", interface: interface.text))
        }
        return services
    }

    private static func failed(_ message: String, _ hint: String?) -> ExitCode {
        Terminal.complain("icegate: error: \(message)" + (hint.map { "\nhint: \($0)" } ?? ""))
        return ExitCode.failure
    }
}
