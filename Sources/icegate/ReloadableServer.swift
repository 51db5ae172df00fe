import ArgumentParser
import EventLoop
import Gateway
import GatewayHTTP
import Logging
import Synchronization

/// A server whose configuration is loaded anew while it runs.
///
/// Sendable without a check: the server is used under the mutex, or by whoever has set ``State/isEnding``.
final class ReloadableServer: @unchecked Sendable {
    private struct State {
        var isEnding = false
        var isLoading = false
        /// Something changed since the loading began.
        var isOutdated = false
    }

    private let server: GatewayServer
    private let metrics: GatewayMetrics
    private let logger: Logger
    private let load: (Gateway) throws -> Gateway
    private let loaded: (Gateway) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - load: makes a gateway that replaces the given one; has said why when it throws.
    ///   - loaded: is called with each that is served.
    init(
        _ server: GatewayServer, metrics: GatewayMetrics, logger: Logger, load: @escaping (Gateway) throws -> Gateway,
        loaded: @escaping (Gateway) -> Void
    ) {
        self.server = server
        self.metrics = metrics
        self.logger = logger
        self.load = load
        self.loaded = loaded
    }

    /// Loads everything anew on a thread of its own, where a target may be asked for its interface; returns at once.
    func reload() {
        let starts = state.withLock { state in
            state.isOutdated = state.isLoading
            guard !state.isLoading, !state.isEnding else { return false }
            state.isLoading = true
            return true
        }
        guard starts else { return }
        do {
            try JoinableThread(name: "icegate-load") { [self] in
                repeat { loadOnce() } while isOutdated
            }.detach()
        } catch {
            state.withLock { $0.isLoading = false }
            failed("\(error)")
        }
    }

    /// Whether to load once more; ends the loading otherwise.
    private var isOutdated: Bool {
        state.withLock { state in
            state.isLoading = state.isOutdated && !state.isEnding
            state.isOutdated = false
            return state.isLoading
        }
    }

    private func loadOnce() {
        ServiceManager.reloading()
        defer { ServiceManager.ready() }
        do {
            let gateway = try load(server.gateway)
            try state.withLock { state in
                guard !state.isEnding else { return }
                try server.replaceGateway(gateway)
            }
            loaded(gateway)
            metrics.countReload(succeeded: true)
            logger.notice("configuration and Slice are loaded anew")
        } catch is ExitCode {
            failed("see above")
        } catch {
            failed("\(error)")
        }
    }

    private func failed(_ reason: String) {
        metrics.countReload(succeeded: false)
        logger.error(
            "could not load configuration and Slice anew, the old ones stay", metadata: ["reason": "\(reason)"])
    }

    /// Shuts the server down; see ``GatewayServer/shutdown()``.
    func shutdown() {
        state.withLock { $0.isEnding = true }
        server.shutdown()
    }
}
