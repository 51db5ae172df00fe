public import IceEncoding
public import Logging

extension Communicator {
    // MARK: Ice's names

    /// As ``properties``.
    public func getProperties() -> Properties { properties }

    /// As ``logger``.
    public func getLogger() -> Logger { logger }

    /// The text that ``stringToIdentity(_:)`` reads.
    public func identityToString(_ ident: Identity) -> String { ident.text() }

    /// Makes a communicator, as ``initialize(_:)`` does without setting `Ice.ProgramName`.
    ///
    /// - Throws: as the other initializers.
    public convenience init(_ initData: InitializationData) throws(LocalException) {
        try self.init(
            initData.properties ?? Properties(), threads: initData.threads, executor: initData.executor,
            logger: initData.logger ?? Logger(label: "Ice"))
    }
}
