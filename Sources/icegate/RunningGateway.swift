import ArgumentParser
import Gateway
import GatewayHTTP
import Glibc
import Ice
import IcegateCommands
import Logging
import Slice

/// Runs a loaded gateway until it is told to end.
enum RunningGateway {
    /// How long standard output may take to get the last lines of the access log.
    private static let logDeadline = Duration.seconds(1)

    /// Prints a line to try.
    static func suggest(_ gateway: Gateway, _ address: String) {
        if let line = FirstRun.curl(gateway, address: address) { print("Try: \(line)") }
        if let page = FirstRun.page(gateway, address: address) { print("Read: \(page)") }
    }

    /// Serves until SIGTERM or SIGINT, then drains; a second one ends the process at once.
    ///
    /// - Parameters:
    ///   - reload: at SIGHUP makes the gateway that replaces the given one; nil: SIGHUP is as it was.
    ///   - watches: names the files whose change is like SIGHUP; nil: none is watched.
    ///   - started: is called with the address once requests are answered.
    static func run(
        _ gateway: Gateway, reload: ((Gateway) throws -> Gateway)? = nil,
        watches: ((GatewayConfiguration) -> [String])? = nil, started: (String) -> Void = { _ in }
    ) throws {
        Signals.block(reloads: reload != nil)
        var logger = Logger(label: "icegate", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = Logger.Level(rawValue: gateway.configuration.logLevel) ?? .info
        let metrics = GatewayMetrics(version: Version.current)
        let log: LogWriter
        let server: GatewayServer
        do {
            log = try LogWriter(STDOUT_FILENO)
            server = try GatewayServer(gateway, logger: logger, log: log, metrics: metrics)
        } catch {
            let hint = ListenHint.hint(for: error, gateway.configuration.listen).map { "\nhint: \($0)" } ?? ""
            Terminal.complain("icegate: error: cannot listen on \(gateway.configuration.listen): \(error)\(hint)")
            throw ExitCode.failure
        }
        let watch = watches == nil ? nil : try FileWatch { kill(getpid(), SIGHUP) }
        let watchFiles = { [logger] (gateway: Gateway) in
            for folder in watch?.watch(watches?(gateway.configuration) ?? []) ?? [] {
                logger.warning("changes will not be seen", metadata: ["folder": "\(folder)"])
            }
        }
        watchFiles(gateway)
        print("icegate \(Version.current) listening on \(server.address)")
        for service in gateway.routes.services {
            print("  /\(service.name)/…  \(service.interface)  \(service.proxy)")
        }
        started("\(server.address)")
        flushStandardOutput()
        ServiceManager.ready()
        let running = ReloadableServer(
            server, metrics: metrics, logger: logger, load: reload ?? { $0 }, loaded: watchFiles)
        if reload == nil { Signals.waitForTermination() } else { while Signals.next() == .reload { running.reload() } }
        logger.info("told to end: finishing what is in flight")
        ServiceManager.stopping()
        Signals.unblock()
        running.shutdown()
        log.close(within: logDeadline)
    }
}

/// Standard output may be a pipe that somebody waits on.
func flushStandardOutput() {
    fflush(nil)
}
