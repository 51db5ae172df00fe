extension GatewayConfiguration {
    /// Takes over from what is served already what can't change while the process runs.
    ///
    /// - Returns: the keys whose new values have to wait for a restart.
    package mutating func keepFixedSettings(of served: GatewayConfiguration) -> [String] {
        var kept: [String] = []
        func keep<Value: Equatable>(_ key: String, _ path: WritableKeyPath<GatewayConfiguration, Value>) {
            guard self[keyPath: path] != served[keyPath: path] else { return }
            self[keyPath: path] = served[keyPath: path]
            kept.append(key)
        }
        keep("listen", \.listen)
        keep("threads", \.threads)
        // Other certificates and keys are fine.
        if (tls == nil) != (served.tls == nil) { keep("tls", \.tls) }
        keep("limits.header", \.limits.header)
        keep("limits.uri", \.limits.uri)
        keep("limits.connections", \.limits.connections)
        keep("limits.slow_client", \.limits.slowClient)
        keep("log.level", \.logLevel)
        return kept
    }
}
