/// What a proxy says wherever it goes: the part of it that is marshaled and stringified. Not the nil proxy.
public struct ProxyContent: Hashable, Sendable {
    /// Of the object; its name is not empty.
    public var identity: Identity
    /// Empty for the default one.
    public var facet: String
    /// How requests are sent.
    public var mode: InvocationMode
    /// Of parameters. Lost in encoding 1.0, where it reads as 1.0.
    public var encoding: EncodingVersion
    /// 1.0 for every protocol of Ice. Lost in encoding 1.0.
    public var protocolVersion: EncodingVersion
    /// Where the object is; empty for an indirect proxy.
    public var endpoints: [Endpoint]
    /// The object adapter to ask a locator for; empty for a direct or well-known proxy.
    public var adapterId: String

    /// A twoway proxy; well-known without more.
    public init(
        identity: Identity, facet: String = "", mode: InvocationMode = .twoway, encoding: EncodingVersion = .v1_1,
        protocolVersion: EncodingVersion = .v1_0, endpoints: [Endpoint] = [], adapterId: String = ""
    ) {
        self.identity = identity
        self.facet = facet
        self.mode = mode
        self.encoding = encoding
        self.protocolVersion = protocolVersion
        self.endpoints = endpoints
        self.adapterId = adapterId
    }
}
