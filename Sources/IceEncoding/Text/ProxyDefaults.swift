/// What a text that leaves it out means. Ice properties `Ice.Default.…`.
public struct ProxyDefaults: Hashable, Sendable {
    /// Of endpoints without `-h`.
    public var host: String
    /// Of the endpoint `default`.
    public var transport = IPEndpoint.Transport.tcp
    /// Of endpoints without `--sourceAddress`: a numeric address, or empty.
    public var sourceAddress = ""
    /// Of proxies without `-e`.
    public var encoding = EncodingVersion.v1_1

    /// Those of Ice, but for the host.
    public init(host: String = "") { self.host = host }
}
