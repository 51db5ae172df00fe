import ArgumentParser
import Gateway
import Ice
import IcegateCommands
import Slice

/// Where `call` has Slice, properties and services from. Flags beat the environment, the environment beats the file.
struct CallOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: "Slice file, or folder with Slice files; may be repeated (ICEGATE_SLICE, separated by ':').",
        completion: .file(extensions: ["ice"]))
    var slice: [String] = []

    @OptionGroup var preprocessor: PreprocessorOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A property of Ice or IceSSL, as Ice.Default.Locator=…; may be repeated.", valueName: "name=value"))
    var ice: [String] = []

    @Option(
        help: "Configuration file with Slice, 'ice' properties and services (ICEGATE_CONFIG).",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var config: String?

    /// What all sources say together.
    struct Settings {
        var proxy: String
        var interface: String?
        var context: [String: String] = [:]
        var slice: GatewayConfiguration.SliceSources
        var ice: Properties
    }

    /// - Parameter target: a proxy, or the name of a service of the configuration.
    func settings(_ target: String) throws -> Settings {
        var options = try GatewayOptions.parse([])
        options.config = config
        options.slice = slice
        options.preprocessor = preprocessor
        let (configuration, errors) = options.configuration()
        guard errors.isEmpty else { throw CallFailure(report: ConfigurationReport(errors).text) }
        let properties = configuration.ice
        for text in ice {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CallFailure("--ice '\(text)' is not NAME=VALUE", hint: "as --ice Ice.Override.Compress=1")
            }
            properties[parts[0]] = parts[1]
        }
        var settings = Settings(proxy: target, slice: configuration.slice, ice: properties)
        if let service = configuration.services.first(where: { $0.name == target }) {
            settings.proxy = service.proxy
            settings.interface = service.interface
            settings.context = service.context.entries
        } else if !configuration.services.isEmpty, Self.isOneWord(target), properties["Ice.Default.Locator"] == nil {
            let names = configuration.services.map(\.name)
            let nearest = Suggestion.nearest(to: target, in: names).map { "did you mean '\($0)'? " } ?? ""
            throw CallFailure(
                "'\(target)' is no service of the configuration, and no proxy with endpoints",
                hint: nearest + "there are \(names.prefix(8).joined(separator: ", "))")
        }
        return settings
    }

    /// Whether it is an identity alone: without endpoints, adapter or options.
    private static func isOneWord(_ proxy: String) -> Bool {
        !proxy.contains { $0 == ":" || $0 == "@" || $0.isWhitespace }
    }

    /// Compiles the Slice; nil when none is named.
    func model(_ settings: Settings) throws -> SliceModel? {
        guard !settings.slice.files.isEmpty else { return nil }
        let loaded = SliceLoading.load(settings.slice)
        let text = loaded.report.text
        guard let model = loaded.model else { throw CallFailure(report: text) }
        if !text.isEmpty { Terminal.complain(text) }
        return model
    }

    /// The flags to give once more for another call.
    func words() -> [String] {
        slice.flatMap { ["--slice", $0] } + preprocessor.words + ice.flatMap { ["--ice", $0] }
            + (config.map { ["--config", $0] } ?? [])
    }
}
