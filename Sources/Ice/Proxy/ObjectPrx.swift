// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

public import IceEncoding

/// A proxy: names an Ice object, says where it is and how to call it.
///
/// A value: the `ice_…` methods with an argument return changed copies. Two are equal when they say the same, whichever
/// communicator made them.
public struct ObjectPrx: Sendable {
    let reference: Reference

    init(_ reference: Reference) { self.reference = reference }

    /// What is marshaled and stringified of it.
    package var content: ProxyContent { reference.content.proxy }

    init(_ content: Reference.Content, communicator: Communicator) {
        reference = Reference(content, communicator: communicator)
    }

    private func with(_ change: (inout Reference.Content) -> Void) -> ObjectPrx {
        var content = reference.content
        change(&content)
        return content == reference.content ? self : ObjectPrx(content, communicator: reference.communicator)
    }
}

extension ObjectPrx: Hashable {
    /// Whether both say the same.
    public static func == (left: ObjectPrx, right: ObjectPrx) -> Bool {
        left.reference === right.reference || left.reference.content == right.reference.content
    }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) { hasher.combine(reference.content) }
}

extension ObjectPrx {
    // MARK: What it says

    /// The communicator that made it.
    public var ice_communicator: Communicator { reference.communicator }
    /// The identity of the object.
    public var ice_identity: Identity { content.identity }
    /// The facet; empty for the default one.
    public var ice_facet: String { content.facet }
    /// How requests are sent.
    public var ice_invocationMode: InvocationMode { content.mode }
    /// The encoding of parameters.
    public var ice_encodingVersion: EncodingVersion { content.encoding }
    /// The endpoints, in the order of the text; empty for an indirect proxy.
    public var ice_endpoints: [Endpoint] { content.endpoints }
    /// The object adapter that a locator must be asked for; empty for a direct or well-known proxy.
    public var ice_adapterId: String { content.adapterId }
    /// The context sent with requests that have none of their own.
    public var ice_context: [String: String] { reference.content.context }
    /// Proxies with different ids do not share connections.
    public var ice_connectionId: String { reference.content.connectionId }
    /// How long an invocation may take, retries included; nil without a limit.
    public var ice_invocationTimeout: Duration? {
        let nanoseconds = invocationTimeout
        return nanoseconds == 0 ? nil : .nanoseconds(Int64(clamping: nanoseconds))
    }
    /// Whether requests are answered.
    public var ice_isTwoway: Bool { content.mode == .twoway }

    /// In nanoseconds, 0 without a limit.
    package var invocationTimeout: UInt64 {
        reference.content.invocationTimeout ?? reference.communicator.clientSettings.invocationTimeout
    }
}

extension ObjectPrx {
    // MARK: Changed copies

    /// The same for another object.
    public func ice_identity(_ identity: Identity) -> ObjectPrx { with { $0.proxy.identity = identity } }
    /// The same for another facet.
    public func ice_facet(_ facet: String) -> ObjectPrx { with { $0.proxy.facet = facet } }
    /// The same with answers.
    public func ice_twoway() -> ObjectPrx { with { $0.proxy.mode = .twoway } }
    /// The same without answers.
    public func ice_oneway() -> ObjectPrx { with { $0.proxy.mode = .oneway } }
    /// The same with parameters in another encoding.
    public func ice_encodingVersion(_ version: EncodingVersion) -> ObjectPrx { with { $0.proxy.encoding = version } }
    /// The same, direct, at other endpoints.
    public func ice_endpoints(_ endpoints: [Endpoint]) -> ObjectPrx {
        with {
            $0.proxy.endpoints = endpoints
            $0.proxy.adapterId = ""
        }
    }
    /// The same with a context for requests that have none of their own.
    public func ice_context(_ context: [String: String]) -> ObjectPrx { with { $0.context = context } }
    /// The same over a connection that only proxies with this id share.
    public func ice_connectionId(_ id: String) -> ObjectPrx { with { $0.connectionId = id } }
    /// The same with a limit for each invocation.
    ///
    /// - Parameter timeout: in milliseconds; 0 and below for no limit.
    public func ice_invocationTimeout(_ timeout: Int32) -> ObjectPrx {
        with { $0.invocationTimeout = timeout > 0 ? UInt64(timeout) * 1_000_000 : 0 }
    }
}
