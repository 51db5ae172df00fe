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

    /// A copy with changes; itself when nothing changes.
    func with(_ change: (inout Reference.Content) -> Void) -> ObjectPrx {
        var content = reference.content
        change(&content)
        guard content == reference.content, content.hasBytes(of: reference.content) else {
            return ObjectPrx(content, communicator: reference.communicator)
        }
        return self
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

extension Proxy {
    // MARK: What it says to everybody

    /// The communicator that made it.
    public func ice_getCommunicator() -> Communicator { untyped.reference.communicator }
    /// The identity of the object.
    public func ice_getIdentity() -> Identity { untyped.content.identity }
    /// The facet; empty for the default one.
    public func ice_getFacet() -> String { untyped.content.facet }
    /// The encoding of parameters.
    public func ice_getEncodingVersion() -> EncodingVersion { untyped.content.encoding }
    /// The endpoints, in the order of the text; empty for an indirect proxy.
    public func ice_getEndpoints() -> [Endpoint] { untyped.content.endpoints }
    /// The object adapter that a locator must be asked for; empty for a direct or well-known proxy.
    public func ice_getAdapterId() -> String { untyped.content.adapterId }
    /// Whether requests are answered.
    public func ice_isTwoway() -> Bool { untyped.content.mode == .twoway }
    /// Whether requests are sent over a connection and not answered.
    public func ice_isOneway() -> Bool { untyped.content.mode == .oneway }
    /// Whether requests are collected until they are flushed, and not answered.
    public func ice_isBatchOneway() -> Bool { untyped.content.mode == .batchOneway }
    /// Whether each request is a datagram.
    public func ice_isDatagram() -> Bool { untyped.content.mode == .datagram }
    /// Whether requests are collected until they are flushed in a datagram.
    public func ice_isBatchDatagram() -> Bool { untyped.content.mode == .batchDatagram }
}

extension Proxy {
    // MARK: Changed copies

    private func with(_ change: (inout Reference.Content) -> Void) -> Self { Self(untyped: untyped.with(change)) }

    /// The same for another object.
    public func ice_identity(_ identity: Identity) -> Self { with { $0.proxy.identity = identity } }
    /// The same for another facet.
    public func ice_facet(_ facet: String) -> ObjectPrx { untyped.with { $0.proxy.facet = facet } }
    /// The same with parameters in another encoding.
    public func ice_encodingVersion(_ version: EncodingVersion) -> Self { with { $0.proxy.encoding = version } }
    /// The same, direct, at other endpoints.
    public func ice_endpoints(_ endpoints: [Endpoint]) -> Self {
        with {
            $0.proxy.endpoints = endpoints
            $0.proxy.adapterId = ""
        }
    }
    /// The same, indirect, in another object adapter.
    public func ice_adapterId(_ id: String) -> Self {
        with {
            $0.proxy.adapterId = id
            $0.proxy.endpoints = []
        }
    }
    /// The same with answers.
    public func ice_twoway() -> Self { with { $0.proxy.mode = .twoway } }
    /// The same without answers.
    public func ice_oneway() -> Self { with { $0.proxy.mode = .oneway } }
    /// The same whose requests are collected until they are flushed, see ``ice_flushBatchRequests()``. Every changed copy
    /// collects on its own; a batch oneway proxy is returned unchanged.
    public func ice_batchOneway() -> Self { with { $0.proxy.mode = .batchOneway } }
    /// The same whose requests are datagrams.
    public func ice_datagram() -> Self { with { $0.proxy.mode = .datagram } }
    /// The same whose requests are collected into a datagram until they are flushed. Every changed copy collects on its
    /// own; a batch datagram proxy is returned unchanged.
    public func ice_batchDatagram() -> Self { with { $0.proxy.mode = .batchDatagram } }
}
