import ArgumentParser
import Gateway
import GatewayHTTP
import Ice
import IcegateCommands
import Slice

extension GatewayOptions {
    /// Loads everything and prints all there is to say about it; exits with 1 on an error.
    ///
    /// - Parameters:
    ///   - goesOnUnasked: whether a service whose interface only its target knows, which doesn't answer, is a warning.
    ///   - served: what is served until now, when it is to be replaced.
    func load(goesOnUnasked: Bool = false, replacing served: Gateway? = nil) throws -> Gateway {
        var (configuration, errors) = configuration()
        // What clients were given before must still be accepted.
        if configuration.slicesKey == nil { configuration.slicesKey = Self.slicesKey }
        let fixed = served.map { configuration.keepFixedSettings(of: $0.configuration) } ?? []
        if configuration.slice.files.isEmpty, errors.isEmpty {
            errors.append(
                ConfigurationError(
                    source: "icegate", message: "no Slice file",
                    hint: "name one, as: icegate serve Greeter.ice --service 'greeter=greeter:tcp -h localhost -p 4061'"
                ))
        }
        var report = ConfigurationReport(errors)
        let communicator = try self.communicator(configuration, &report)
        defer { blockingWait { await communicator.destroy() } }
        // What is wrong already would only be told once more by what refers to it.
        let isSound = report.isEmpty
        if !isSound { configuration.routes = [] }
        let loader = GatewayLoader(
            communicator: communicator,
            ask: isSound ? { proxy in try blockingWait { await Result { try await proxy.ice_ids() } }.get() } : nil,
            goesOnUnasked: goesOnUnasked || !isSound)
        let result = loader.load(configuration)
        report.add(result.errors)
        let isFine = report.isEmpty
        report.add(result.sliceDiagnostics, include: configuration.slice.include)
        if !report.isEmpty { Terminal.complain(report.text) }
        if isSound { result.warnings.forEach(Terminal.complain) }
        guard let gateway = result.gateway, isFine else { throw ExitCode.failure }
        // Of a set that can't be loaded nothing is new.
        for key in fixed {
            Terminal.complain("icegate: warning: the new value of '\(key)' needs a restart, the old one stays")
        }
        return gateway
    }

    /// One with the properties of the configuration, or, after a message, one without them.
    private func communicator(
        _ configuration: GatewayConfiguration, _ report: inout ConfigurationReport
    ) throws -> Communicator {
        do {
            return try Communicator(configuration.ice)
        } catch {
            let name = configuration.ice.names.first { error.message.contains($0) }
            let source = name.map { "ice.\($0)" } ?? "ice"
            report.add([
                ConfigurationError(source: source, message: error.message).located(in: configuration)
            ])
            return try Communicator()
        }
    }

    /// Of the process, when none is configured.
    private static let slicesKey = SlicesKey.random()
}
