import IceEncoding

/// What a locator is asked. Reference: `Ice/Locator.ice`.
enum LocatorQuestion: Hashable, Sendable {
    case adapter(AdapterId)
    case object(Identity)

    /// The one that finds the endpoints of an indirect proxy.
    init(_ proxy: ProxyContent) {
        self = proxy.adapterId.isEmpty ? .object(proxy.identity) : .adapter(AdapterId(proxy.adapterId))
    }

    var operation: String {
        switch self {
        case .adapter: "findAdapterById"
        case .object: "findObjectById"
        }
    }

    /// The user exception by which a locator says that it doesn't know.
    private var notFoundId: String {
        switch self {
        case .adapter: "::Ice::AdapterNotFoundException"
        case .object: "::Ice::ObjectNotFoundException"
        }
    }

    func writeParameters(into buffer: inout OutputBuffer) {
        switch self {
        case .adapter(let id): buffer.appendString(id.text)
        case .object(let identity): buffer.append(identity)
        }
    }

    /// - Returns: nil for the nil proxy.
    /// - Throws: ``LocalException`` `.notRegistered` when the locator doesn't know, `.unknownUser` for another user
    ///   exception.
    func readAnswer(_ reply: LentReply) throws -> ProxyContent? {
        guard reply.ok else {
            guard try reply.userExceptionId() == notFoundId else {
                throw LocalException(.unknownUser, "\(operation) ended in a user exception it doesn't declare")
            }
            throw LocalException(.notRegistered, "the locator knows no \(self)")
        }
        return try reply.read { payload, encoding in try payload.readProxy(encoding) }
    }
}

extension LocatorQuestion: CustomStringConvertible {
    /// For humans, as `object adapter 'A'`.
    var description: String {
        switch self {
        case .adapter(let id): "object adapter '\(id.text)'"
        case .object(let identity): "object '\(identity)'"
        }
    }
}
