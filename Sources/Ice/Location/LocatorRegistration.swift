import IceEncoding

/// Who an object adapter is for the registry of a locator. Reference: `Ice/LocatorRegistry.ice`.
struct LocatorRegistration: Sendable {
    /// Empty for an adapter that no locator knows.
    var adapterId: String
    /// Of replicas that stand for each other; empty for none.
    var replicaGroupId: String

    typealias Completion = @Sendable (LocalException?) -> Void

    /// Tells the registry where the adapter is now.
    ///
    /// - Parameters:
    ///   - proxy: a dummy with the endpoints; nil when the adapter is nowhere.
    ///   - timeout: for each of the two questions when the locator has none, in milliseconds; below 1 for no limit.
    ///   - completion: told once, on a loop, perhaps before this returns. Nil when the registry knows, or when the locator
    ///     has no registry; `.notRegistered` when it doesn't know the adapter or its group, `.objectAdapterIdInUse`.
    func tell(_ proxy: ProxyContent?, _ locator: ObjectPrx, timeout: Int32, _ completion: @escaping Completion) {
        var content = locator.reference.content
        content.proxy.mode = .twoway
        content.options.locator = nil
        if content.options.invocationTimeout <= 0 { content.options.invocationTimeout = timeout }
        let (communicator, target) = (locator.reference.communicator, content)
        Question.ask("getRegistry", Invoker(target, pool: communicator.nextPool())) { reply in
            guard reply.ok else { throw LocalException(.unknownUser, "getRegistry ended in a user exception") }
            return try reply.read { payload, encoding in try payload.readProxy(encoding) }
        } _: { result in
            switch result {
            case .success(nil): completion(nil)
            case .success(let registry?):
                var content = target
                content.proxy = registry
                // A replicated registry names its master first.
                content.options.endpointSelection = .ordered
                tell(proxy, registry: Invoker(content, pool: communicator.nextPool()), completion)
            case .failure(let exception): completion(exception)
            }
        }
    }

    private func tell(_ proxy: ProxyContent?, registry: Invoker, _ completion: @escaping Completion) {
        let operation = replicaGroupId.isEmpty ? "setAdapterDirectProxy" : "setReplicatedAdapterDirectProxy"
        Question.ask(operation, registry) { buffer, encoding in
            buffer.appendString(adapterId)
            if !replicaGroupId.isEmpty { buffer.appendString(replicaGroupId) }
            buffer.appendProxy(proxy, encoding: encoding)
        } read: { reply in
            guard reply.ok else { throw exception(try reply.userExceptionId(), operation) }
            return try reply.read { _, _ in () }
        } _: { result in
            switch result {
            case .success: completion(nil)
            case .failure(let exception): completion(exception)
            }
        }
    }

    private func exception(_ typeId: String, _ operation: String) -> LocalException {
        switch typeId {
        case "::Ice::AdapterNotFoundException":
            LocalException(.notRegistered, "the locator registry knows no object adapter '\(adapterId)'")
        case "::Ice::InvalidReplicaGroupIdException":
            LocalException(
                .notRegistered, "the locator registry knows no replica group '\(replicaGroupId)' of '\(adapterId)'")
        case "::Ice::AdapterAlreadyActiveException":
            LocalException(.objectAdapterIdInUse, "another server has the object adapter '\(adapterId)'")
        default: LocalException(.unknownUser, "\(operation) ended in a user exception it doesn't declare")
        }
    }
}
