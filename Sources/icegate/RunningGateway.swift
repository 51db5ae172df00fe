import ArgumentParser
import Gateway
import GatewayHTTP
import Glibc
import Ice
import Logging
import Slice

/// Runs a loaded gateway until it is told to end.
enum RunningGateway {
    /// Serves until SIGTERM or SIGINT, then drains.
    ///
    /// - Parameter started: is called with the address once requests are answered.
    static func run(_ gateway: Gateway, started: (String) -> Void = { _ in }) throws {
        Signals.block()
        var logger = Logger(label: "icegate", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = Logger.Level(rawValue: gateway.configuration.logLevel) ?? .info
        let server: GatewayServer
        do {
            server = try GatewayServer(gateway, logger: logger)
        } catch {
            TextFile.complain("icegate: error: cannot listen on \(gateway.configuration.listen): \(error)")
            throw ExitCode.failure
        }
        print("icegate \(Version.current) listening on \(server.address)")
        for service in gateway.routes.services {
            print("  /\(service.name)/…  \(service.interface)  \(service.proxy)")
        }
        started("\(server.address)")
        flushStandardOutput()
        Signals.waitForTermination()
        logger.info("told to end: finishing what is in flight")
        server.shutdown()
    }
}

/// Standard output may be a pipe that somebody waits on.
func flushStandardOutput() {
    fflush(nil)
}

/// Termination by signal, taken by the main thread; all other threads have every signal blocked.
enum Signals {
    private static var termination: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    /// Keeps SIGTERM and SIGINT for ``waitForTermination()``; a closed pipe is an error code, not a signal.
    static func block() {
        var set = termination
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    static func waitForTermination() {
        block()
        var set = termination
        var received: Int32 = 0
        while sigwait(&set, &received) != 0 {}
    }
}
