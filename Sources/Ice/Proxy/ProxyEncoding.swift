public import IceEncoding

// Proxies as parameters and results, for typed proxies and servants.

extension OutputBuffer {
    /// A proxy; nil for the nil proxy.
    ///
    /// - Parameter encoding: that of the encapsulation, as ``Proxy/ice_getEncodingVersion()`` of the proxy that is
    ///   called.
    public mutating func appendProxy(_ proxy: (some Proxy)?, encoding: EncodingVersion = .v1_1) {
        appendProxy(proxy?.untyped.content, encoding: encoding)
    }
}

extension InputCursor {
    /// A proxy of any interface, see ``uncheckedCast(prx:type:facet:)``; nil for the nil proxy.
    ///
    /// - Parameters:
    ///   - communicator: that it will belong to, with whose options proxies start.
    ///   - encoding: that of the encapsulation.
    /// - Throws: ``MarshalError``.
    public mutating func readProxy(
        of communicator: Communicator, encoding: EncodingVersion = .v1_1
    ) throws(MarshalError) -> ObjectPrx? {
        try readProxy(encoding).map { communicator.makeProxy($0) }
    }
}
