import Synchronization

/// Makes a communicator's ``TLSContext`` when it is first needed.
final class TLSContextSource: Sendable {
    private let settings: TLSSettings
    private let made = Mutex<TLSContext?>(nil)

    /// Loads at once what properties name, so that a missing file is found at the start.
    ///
    /// - Throws: ``LocalException`` `.property`, `.security`, `.featureNotSupported`.
    init(_ properties: Properties) throws(LocalException) {
        settings = try TLSSettings(properties)
        if properties.names.contains(where: { $0.hasPrefix("IceSSL.") }) { _ = try context() }
    }

    /// - Throws: ``LocalException`` `.security`.
    func context() throws(LocalException) -> TLSContext {
        try made.withLock { made throws(LocalException) in
            if let made { return made }
            let context = try TLSContext(settings)
            made = context
            return context
        }
    }
}
