import Ice
import SliceJSON
import Yams

/// Reads the YAML (or JSON) configuration file.
package enum ConfigurationFile {
    /// Lays the file's values over a configuration.
    ///
    /// - Parameters:
    ///   - text: the file's content.
    ///   - file: its name, for messages.
    ///   - environment: replaces `${NAME}` in values.
    /// - Returns: every fault found; empty when all is well.
    package static func apply(
        _ text: String, file: String, environment: [String: String], to configuration: inout GatewayConfiguration
    ) -> [ConfigurationError] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            return [syntaxError(error, file: file)]
        } catch {
            return [ConfigurationError(source: file, message: "\(error)")]
        }
        guard let root else { return [] }
        let section = ConfigurationSection(root, path: "", file: file, environment: environment, errors: ErrorList())
        read(section, into: &configuration)
        return section.errors.list
    }

    private static func syntaxError(_ error: YamlError, file: String) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationError(source: file, line: mark.line, column: mark.column, message: "YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationError(
                source: file, line: context.mark.line, column: context.mark.column,
                message: "given twice: \(keys.sorted().joined(separator: ", "))")
        default:
            ConfigurationError(source: file, message: "YAML: \(error)")
        }
    }

    private static func read(_ root: ConfigurationSection, into configuration: inout GatewayConfiguration) {
        root.value("listen", "an address and port such as 127.0.0.1:8080", ListenAddress.init) {
            configuration.listen = $0
        }
        root.integer("threads", 0...256) { configuration.threads = $0 }
        root.section("slice") { slice in
            slice.strings("files") { configuration.slice.files = $0 }
            slice.strings("include") { configuration.slice.include = $0 }
            slice.strings("define") { configuration.slice.define = $0 }
        }
        root.entries("services") { name, section in
            if let service = service(name, section) { configuration.services.append(service) }
        }
        root.values("exceptions") { typeID, section in
            section.wholeInteger(400...599) { configuration.exceptions[typeID] = $0 }
        }
        root.section("errors") { errors in
            errors.bool("expose_server_text") { configuration.exposeServerText = $0 }
        }
        root.section("json") { json in
            json.choice("long", ["string": JSONOptions.LongFormat.string, "number": .number]) {
                configuration.json.long = $0
            }
            json.choice("unknown_members", ["reject": JSONOptions.UnknownMembers.reject, "ignore": .ignore]) {
                configuration.json.unknownMembers = $0
            }
            json.integer("depth", 1...512) { configuration.json.depth = $0 }
            json.secret("slices_key", "a text of at least \(SlicesKey.shortest) bytes", SlicesKey.init) {
                configuration.slicesKey = $0
            }
        }
        root.section("proxies") { proxies in
            proxies.choice("out", ProxyPolicy.Output.byName) { configuration.proxies.out = $0 }
            proxies.choice("accept", ProxyPolicy.Acceptance.byName) { configuration.proxies.accept = $0 }
        }
        root.section("limits") { limits(&configuration.limits, $0) }
        root.section("cors") { cors in
            cors.strings("origins") { configuration.cors.origins = $0 }
            cors.strings("headers") { configuration.cors.headers = $0 }
            cors.duration("max_age") { configuration.cors.maximumAge = $0 }
        }
        root.section("tls") { configuration.tls = tls($0) }
        root.items("routes") { item in
            if let route = route(item) { configuration.routes.append(route) }
        }
        root.section("context") { context in
            context.strings("allow") { configuration.context.allow = $0 }
            context.values("headers") { name, key in
                key.wholeString { configuration.context.headers[name] = $0 }
            }
        }
        root.section("invocations") { invocations in
            invocations.duration("keep") { configuration.invocations.keep = $0 }
            invocations.integer("max", 1...10_000_000) { configuration.invocations.maximum = $0 }
            invocations.duration("wait_max") { configuration.invocations.longestWait = $0 }
        }
        root.section("log") { log in
            let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
            log.choice("level", Dictionary(uniqueKeysWithValues: levels.map { ($0, $0) })) {
                configuration.logLevel = $0
            }
            log.choice("access", GatewayConfiguration.AccessLog.byName) { configuration.accessLog = $0 }
        }
        root.section("shutdown") { shutdown in
            shutdown.duration("deadline") { configuration.shutdownDeadline = $0 }
        }
        root.values("ice") { name, section in section.wholeString { configuration.ice[name] = $0 } }
        root.finish()
    }

    private static func service(_ name: String, _ section: ConfigurationSection) -> ServiceConfiguration? {
        var service = ServiceConfiguration(name: name, proxy: "")
        var isProxyRefused = section.has("proxy")
        section.string("proxy") {
            service.proxy = $0
            isProxyRefused = false
        }
        section.string("interface") { service.interface = $0 }
        section.choice("mode", ServiceConfiguration.Mode.byName) { service.mode = $0 }
        section.strings("oneway") { service.oneway = $0 }
        section.duration("timeout") { service.timeout = $0 }
        section.values("context") { key, value in
            // An entry left empty by mistake would be sent as an empty secret.
            guard !value.isNull else {
                return value.fail("the context entry '\(key)' needs a value; \"\" is an empty one")
            }
            value.wholeString { service.context.entries[key] = $0 }
        }
        section.strings("facets") { service.facets = $0 }
        section.section("auth") { service.authentication = authentication($0) }
        section.section("operations") { operations in
            operations.strings("allow") { service.allowedOperations = $0 }
            operations.strings("deny") { service.deniedOperations = $0 }
        }
        section.finish()
        guard !service.proxy.isEmpty else {
            if !isProxyRefused { section.fail("service '\(name)' needs a proxy") }
            return nil
        }
        return service
    }

    private static func limits(_ limits: inout GatewayConfiguration.Limits, _ section: ConfigurationSection) {
        section.size("body", 0...(1 << 30)) { limits.body = $0 }
        section.size("header", 1024...(1 << 20)) { limits.header = $0 }
        section.size("uri", 64...(1 << 20)) { limits.uri = $0 }
        section.integer("connections", 1...1_000_000) { limits.connections = $0 }
        section.integer("in_flight", 1...10_000_000) { limits.inFlight = $0 }
        section.integer("in_flight_per_target", 1...10_000_000) { limits.inFlightPerTarget = $0 }
        section.size("unsent_per_target", 1024...(1 << 40)) { limits.unsentPerTarget = $0 }
        section.integer("requests_per_client", 0...10_000_000) { limits.requestsPerClient = $0 }
        section.duration("slow_client") { limits.slowClient = $0 }
    }
}

extension ConfigurationFile {
    // MARK: Sections with keys that must be there

    private static func tls(_ section: ConfigurationSection) -> GatewayConfiguration.FrontTLS? {
        var (certificate, key, clientCA): (String?, String?, String?)
        section.string("certificate") { certificate = $0 }
        section.string("key") { key = $0 }
        section.string("client_ca") { clientCA = $0 }
        guard let certificate, let key else {
            section.fail("'tls' needs 'certificate' and 'key'")
            return nil
        }
        return GatewayConfiguration.FrontTLS(certificate: certificate, key: key, clientCA: clientCA)
    }

    private static func authentication(_ section: ConfigurationSection) -> ServiceConfiguration.Authentication {
        var authentication = ServiceConfiguration.Authentication()
        if section.isList("api_keys") {
            section.strings("api_keys") { authentication.apiKeyList = APIKeyList($0) }
        } else {
            section.string("api_keys") { authentication.apiKeys = $0 }
        }
        section.section("jwt") { jwt in
            var (jwks, issuer, audience): (String?, String?, String?)
            jwt.string("jwks") { jwks = $0 }
            jwt.string("issuer") { issuer = $0 }
            jwt.string("audience") { audience = $0 }
            guard let jwks else { return jwt.fail("'jwt' needs 'jwks', a file") }
            authentication.jwt = ServiceConfiguration.JWT(jwks: jwks, issuer: issuer, audience: audience)
        }
        if authentication.apiKeys == nil, authentication.apiKeyList == nil, authentication.jwt == nil {
            section.fail("'auth' needs 'api_keys' or 'jwt': without either nobody could call")
        }
        return authentication
    }

    private static func route(_ section: ConfigurationSection) -> RouteConfiguration? {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        var (method, path, service, operation): (String?, String?, String?, String?)
        section.choice("method", Dictionary(uniqueKeysWithValues: methods.map { ($0, $0) })) { method = $0 }
        section.string("path") { path = $0 }
        section.string("service") { service = $0 }
        section.string("operation") { operation = $0 }
        guard let method, let path, let service, let operation else {
            section.fail("a route needs 'method', 'path', 'service' and 'operation'")
            return nil
        }
        var route = RouteConfiguration(method: method, path: path, service: service, operation: operation)
        route.file = section.file
        route.line = section.line
        section.integer("status", 200...299) { route.status = $0 }
        section.string("body") { route.body = $0 }
        section.string("response_body") { route.responseBody = $0 }
        section.string("raw_body") { route.rawBody = $0 }
        section.jsonValues("arguments") { route.arguments[$0] = $1 }
        return route
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The choices of a key whose values are spelled as the cases.
    fileprivate static var byName: [String: Self] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
    }
}
