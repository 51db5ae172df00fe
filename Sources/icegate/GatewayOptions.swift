import ArgumentParser
import Gateway
import Glibc

/// What `serve`, `check`, `routes` and `openapi` share. Flags beat the environment, the environment beats the file.
struct GatewayOptions: ParsableArguments {
    @Option(
        help: "Configuration file, YAML or JSON (ICEGATE_CONFIG).",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var config: String?

    @Argument(
        help: "Slice files, or folders with Slice files (ICEGATE_SLICE, separated by ':').",
        completion: .file(extensions: ["ice"]))
    var slice: [String] = []

    @OptionGroup var preprocessor: PreprocessorOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A service, as 'greeter=greeter:tcp -h localhost -p 4061@::VisitorCenter::Greeter'; may be repeated (ICEGATE_SERVICES, one a line).",
            valueName: "name=proxy[@typeid]"))
    var service: [String] = []

    @Option(help: ArgumentHelp("Address and port, as 127.0.0.1:8080 (ICEGATE_LISTEN).", valueName: "addr:port"))
    var listen: String?

    @Option(help: "Event loops; 0 is one a core (ICEGATE_THREADS).")
    var threads: Int?

    /// The configuration of all sources together, or every fault found.
    func configuration(
        environment: [String: String] = Self.environment
    ) -> (configuration: GatewayConfiguration, errors: [ConfigurationError]) {
        var configuration = GatewayConfiguration()
        var errors: [ConfigurationError] = []
        if let file = config ?? environment["ICEGATE_CONFIG"] {
            if let text = TextFile.read(file) {
                errors += ConfigurationFile.apply(text, file: file, environment: environment, to: &configuration)
            } else {
                errors.append(
                    ConfigurationError(
                        source: file, message: "the file can't be read",
                        hint: TextFile.whyUnreadable(file)))
            }
        }
        applyEnvironment(environment, to: &configuration, &errors)
        applyFlags(to: &configuration, &errors)
        return (configuration, errors)
    }

    private func applyEnvironment(
        _ environment: [String: String], to configuration: inout GatewayConfiguration,
        _ errors: inout [ConfigurationError]
    ) {
        func list(_ name: String, _ separator: Character) -> [String]? {
            environment[name].map { $0.split(separator: separator).map(String.init) }
        }
        if let files = list("ICEGATE_SLICE", ":") { configuration.slice.files = files }
        if let folders = list("ICEGATE_INCLUDE", ":") { configuration.slice.include = folders }
        if let services = list("ICEGATE_SERVICES", "\n") {
            add(services, "ICEGATE_SERVICES", to: &configuration, &errors)
        }
        if let listen = environment["ICEGATE_LISTEN"] { set(listen, "ICEGATE_LISTEN", to: &configuration, &errors) }
        if let text = environment["ICEGATE_THREADS"] {
            if let threads = Int(text), (0...256).contains(threads) {
                configuration.threads = threads
            } else {
                errors.append(
                    ConfigurationError(source: "ICEGATE_THREADS", message: "'\(text)' is not a number from 0 to 256"))
            }
        }
    }

    private func applyFlags(to configuration: inout GatewayConfiguration, _ errors: inout [ConfigurationError]) {
        if !slice.isEmpty { configuration.slice.files = slice }
        configuration.slice.include += preprocessor.include
        configuration.slice.define += preprocessor.define
        add(service, "--service", to: &configuration, &errors)
        if let listen { set(listen, "--listen", to: &configuration, &errors) }
        if let threads {
            if (0...256).contains(threads) {
                configuration.threads = threads
            } else {
                errors.append(ConfigurationError(source: "--threads", message: "\(threads) is not from 0 to 256"))
            }
        }
    }

    private func add(
        _ services: [String], _ source: String, to configuration: inout GatewayConfiguration,
        _ errors: inout [ConfigurationError]
    ) {
        var names: Set<String> = []
        for text in services {
            guard let service = ServiceConfiguration(argument: text) else {
                errors.append(
                    ConfigurationError(
                        source: source, message: "'\(text)' is not NAME=PROXY or NAME=PROXY@TYPEID",
                        hint: "as --service 'greeter=greeter:tcp -h localhost -p 4061@::VisitorCenter::Greeter'"))
                continue
            }
            guard names.insert(service.name).inserted else {
                errors.append(
                    ConfigurationError(source: source, message: "the service '\(service.name)' is given twice"))
                continue
            }
            configuration.services.removeAll { $0.name == service.name }
            configuration.services.append(service)
            configuration.places["service '\(service.name)'"] = nil
        }
    }

    private func set(
        _ listen: String, _ source: String, to configuration: inout GatewayConfiguration,
        _ errors: inout [ConfigurationError]
    ) {
        guard let address = ListenAddress(listen) else {
            errors.append(
                ConfigurationError(source: source, message: "'\(listen)' is not ADDRESS:PORT, as 127.0.0.1:8080"))
            return
        }
        configuration.listen = address
    }

    /// The arguments that name Slice.
    func sliceWords() -> [String] { slice + preprocessor.words }

    static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }
}
