import IceEncoding
import Logging
import Synchronization

extension ObjectAdapter {
    // MARK: Registration with a locator

    func register() {
        let (endpoints, locator) = state.withLock { ($0.published, $0.locator) }
        guard let locator else { return registered(nil) }
        tell(endpoints, locator) { [self] failure in registered(failure) }
    }

    private func registered(_ failure: LocalException?) {
        if let failure {
            communicator.logger.warning(
                "an object adapter is not activated: it could not be registered",
                metadata: ["ice-adapter": "\(name)", "error": "\(failure)"])
        }
        step { .success($0.life.registered(failure)) }
    }

    func unregister() {
        guard let locator = getLocator() else {
            step { .success($0.life.unregistered()) }
            return
        }
        // Whatever comes of it; a registry that says nothing must not keep the adapter.
        tell(nil, locator, within: settings.closeTimeout) { [self] _ in step { .success($0.life.unregistered()) } }
    }

    /// - Parameters:
    ///   - endpoints: nil when the adapter is nowhere any more.
    ///   - limit: in nanoseconds, for each question, when the locator has no invocation timeout; 0 for none.
    func tell(
        _ endpoints: [Endpoint]?, _ locator: ObjectPrx, within limit: UInt64 = 0,
        _ completion: @escaping LocatorRegistration.Completion
    ) {
        let dummy = endpoints.map { directContent(Identity(name: "dummy"), "", $0) }
        let timeout = Int32(clamping: limit / 1_000_000)
        trace(endpoints == nil ? "taking an object adapter out of the registry" : "registering an object adapter")
        configuration.registration.tell(dummy, locator, timeout: timeout) { [self] failure in
            trace("the registry answered", failure)
            completion(failure)
        }
    }

    private func trace(_ message: Logger.Message, _ failure: LocalException? = nil) {
        guard settings.tracing.locator >= 1 else { return }
        var metadata: Logger.Metadata = [
            "ice-adapter": "\(name)", "ice-adapter-id": "\(configuration.registration.adapterId)",
        ]
        let group = configuration.registration.replicaGroupId
        if !group.isEmpty { metadata["ice-replica-group-id"] = "\(group)" }
        if let failure { metadata["error"] = "\(failure)" }
        settings.tracing.trace(.locator, message, metadata)
    }
}
