extension InputCursor {
    // MARK: Proxies

    /// Reads a proxy. Ice manual, "Data Encoding for Proxies".
    ///
    /// - Parameters:
    ///   - encoding: of the bytes, 1.0 or 1.1.
    ///   - withEndpoints: false to pass over the endpoints and leave them out.
    /// - Returns: nil for the nil proxy, an empty identity.
    /// - Throws: ``MarshalError``.
    public mutating func readProxy(
        _ encoding: EncodingVersion, withEndpoints: Bool = true
    ) throws(MarshalError) -> ProxyContent? {
        let start = offset
        let identity = Identity(name: try readString(), category: try readString())
        if identity.name.isEmpty {
            guard identity.category.isEmpty else { throw emptyName(start) }
            return nil
        }
        var proxy = ProxyContent(identity: identity)
        if try readFacetCount() == 1 { proxy.facet = try readName() }
        proxy.mode = try readInvocationMode()
        // Whether only secure endpoints will do: Ice 3.8 ignores it and writes false.
        _ = try readBool()
        if encoding == .v1_0 {
            proxy.encoding = .v1_0
        } else {
            proxy.protocolVersion = try readVersion()
            proxy.encoding = try readVersion()
        }
        let count = try readCount(minimumElementSize: Self.minimumEndpointSize)
        guard count > 0 else {
            proxy.adapterId = try readName()
            return proxy
        }
        if withEndpoints { proxy.endpoints.reserveCapacity(count) }
        for _ in 0..<count {
            if withEndpoints { proxy.endpoints.append(try readEndpoint()) } else { try skipEndpoint() }
        }
        return proxy
    }

    /// Passes over a proxy, nil or not, and looks only at what it needs to find the end.
    ///
    /// - Parameter encoding: of the bytes, 1.0 or 1.1.
    /// - Throws: ``MarshalError``; less than ``readProxy(_:withEndpoints:)`` finds wrong.
    public mutating func skipProxy(_ encoding: EncodingVersion) throws(MarshalError) {
        let start = offset
        let name = try readStringBytes()
        let category = try readStringBytes()
        if name.isEmpty {
            guard category.isEmpty else { throw emptyName(start) }
            return
        }
        if try readFacetCount() == 1 { _ = try readStringBytes() }
        _ = try readInvocationMode()
        // Secure, then the protocol's and the encoding's version.
        try skip(encoding == .v1_0 ? 1 : 5)
        let count = try readCount(minimumElementSize: Self.minimumEndpointSize)
        for _ in 0..<count { try skipEndpoint() }
        if count == 0 { _ = try readStringBytes() }
    }

    /// A type and the header of an encapsulation.
    private static var minimumEndpointSize: Int { 8 }

    private mutating func skipEndpoint() throws(MarshalError) {
        try skip(2)
        _ = try readEncapsulation()
    }

    private func emptyName(_ start: Int) -> MarshalError {
        MarshalError(.malformed, "identity at offset \(start) has a category and no name")
    }

    /// There is no version 0, and no text for it.
    private mutating func readVersion() throws(MarshalError) -> EncodingVersion {
        let version = EncodingVersion(major: try read(), minor: try read())
        guard version.major > 0 else {
            throw MarshalError(.malformed, "a proxy of version \(version) at offset \(offset - 2)")
        }
        return version
    }

    /// A facet is a path of no element for the default facet, or of one.
    private mutating func readFacetCount() throws(MarshalError) -> Int {
        let start = offset
        let count = try readSize()
        guard count <= 1 else { throw MarshalError(.malformed, "facet path of \(count) elements at offset \(start)") }
        return count
    }

    private mutating func readInvocationMode() throws(MarshalError) -> InvocationMode {
        let number = try read(UInt8.self)
        guard let mode = InvocationMode(rawValue: number) else {
            throw MarshalError(.malformed, "unknown invocation mode \(number) at offset \(offset - 1)")
        }
        return mode
    }
}

extension OutputBuffer {
    // MARK: Proxies

    /// Appends a proxy. Ice manual, "Data Encoding for Proxies".
    ///
    /// - Parameters:
    ///   - proxy: nil for the nil proxy.
    ///   - encoding: of the bytes, 1.0 or 1.1.
    public mutating func appendProxy(_ proxy: ProxyContent?, encoding: EncodingVersion) {
        guard let proxy else { return append([0, 0]) }
        appendString(proxy.identity.name)
        appendString(proxy.identity.category)
        appendSize(proxy.facet.isEmpty ? 0 : 1)
        if !proxy.facet.isEmpty { appendString(proxy.facet) }
        append(proxy.mode.rawValue)
        append(0 as UInt8)
        if encoding != .v1_0 {
            append([proxy.protocolVersion.major, proxy.protocolVersion.minor])
            append([proxy.encoding.major, proxy.encoding.minor])
        }
        appendSize(proxy.endpoints.count)
        for endpoint in proxy.endpoints { appendEndpoint(endpoint, encoding: encoding) }
        if proxy.endpoints.isEmpty { appendString(proxy.adapterId) }
    }
}
