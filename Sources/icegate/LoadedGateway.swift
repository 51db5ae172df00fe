import ArgumentParser
import Gateway
import GatewayHTTP
import Ice
import Logging
import Slice

extension GatewayOptions {
    /// Loads everything and prints what there is to say about it; exits with 1 on an error.
    ///
    /// - Parameters:
    ///   - asks: whether a target may be asked for its interface.
    ///   - served: what is served until now, when it is to be replaced.
    func load(asks: Bool, replacing served: Gateway? = nil) throws -> Gateway {
        var (configuration, errors) = configuration()
        // What clients were given before must still be accepted.
        if configuration.slicesKey == nil { configuration.slicesKey = Self.slicesKey }
        let fixed = served.map { configuration.keepFixedSettings(of: $0.configuration) } ?? []
        guard errors.isEmpty else { throw Self.failed(errors) }
        guard !configuration.slice.files.isEmpty else {
            throw Self.failed([
                ConfigurationError(
                    source: "icegate",
                    message:
                        "no Slice file; name one, as: icegate serve Greeter.ice --service 'greeter=greeter:tcp -h localhost -p 4061'"
                )
            ])
        }
        let communicator: Communicator
        do {
            communicator = try Communicator(configuration.ice)
        } catch {
            throw Self.failed([ConfigurationError(source: "ice", message: error.message).located(in: configuration)])
        }
        defer { blockingWait { await communicator.destroy() } }
        let loader = GatewayLoader(
            communicator: communicator,
            ask: asks ? { proxy in try blockingWait { await Result { try await proxy.ice_ids() } }.get() } : nil)
        let result = loader.load(configuration)
        for diagnostic in result.sliceDiagnostics { TextFile.complain("\(diagnostic)") }
        if result.sliceDiagnostics.contains(where: { $0.message.hasPrefix("cannot open include file") }) {
            TextFile.complain(
                "icegate: note: included files are searched in the folders of -I, as: -I /usr/share/ice/slice")
        }
        result.warnings.forEach(TextFile.complain)
        guard let gateway = result.gateway else { throw Self.failed(result.errors) }
        // Of a set that can't be loaded nothing is new.
        for key in fixed {
            TextFile.complain("icegate: warning: the new value of '\(key)' needs a restart, the old one stays")
        }
        return gateway
    }

    /// Of the process, when none is configured.
    private static let slicesKey = SlicesKey.random()

    private static func failed(_ errors: [ConfigurationError]) -> ExitCode {
        for error in errors { TextFile.complain("\(error)") }
        return ExitCode.failure
    }
}
