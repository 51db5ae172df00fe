extension ConfigurationFile {
    // MARK: Sections with keys that must be there

    static func service(_ name: String, _ section: ConfigurationSection) -> ServiceConfiguration? {
        var service = ServiceConfiguration(name: name, proxy: "")
        let isProxyUsable = section.value(
            "proxy", .string, &service.proxy, "The object, as a stringified proxy", isRequired: true,
            example: "\"greeter:tcp -h localhost -p 4061\"")
        section.value(
            "interface", .string, &service.interface,
            "The type id; without it the only interface of the Slice files, else the target is asked",
            example: "\"::VisitorCenter::Greeter\"")
        section.value("mode", .cases, &service.mode, "How operations are called that need no answer")
        section.strings("oneway", &service.oneway, "Operations always called oneway")
        section.value(
            "timeout", .duration, &service.timeout, "Of an invocation; `Ice-Timeout-Ms` is cut to it")
        section.strings("facets", &service.facets, "Facets that `Ice-Facet` may name")
        section.values(
            "context", of: "keys", .single, "The request context of every call, as `{secret: \"${SECRET}\"}`",
            // An entry left empty by mistake would be sent as an empty secret.
            emptyMessage: { "the context entry '\($0)' needs a value; \"\" is an empty one" }
        ) { service.context.entries[$0] = $1 }
        section.section("operations", "Which operations are served: names, or a prefix with `*`") { operations in
            operations.strings("allow", &service.allowedOperations, "Those that are")
            operations.strings("deny", &service.deniedOperations, "Those of them that are not")
        }
        section.section("auth", "Who may call; without it everybody", isAbsent: true) {
            service.authentication = authentication($0)
        }
        section.finish()
        guard !service.proxy.isEmpty else {
            if isProxyUsable { section.fail("service '\(name)' needs a proxy") }
            return nil
        }
        return service
    }

    private static func authentication(_ section: ConfigurationSection) -> ServiceConfiguration.Authentication {
        var authentication = ServiceConfiguration.Authentication()
        section.stringOrStrings(
            "api_keys", "A file with a key a line, or the keys themselves, as `[\"${KEY}\"]`", example: "api-keys"
        ) {
            authentication.apiKeys = $0
        } several: {
            authentication.apiKeyList = APIKeyList($0)
        }
        section.section("jwt", "JSON Web Tokens", isAbsent: true) { jwt in
            var (jwks, issuer, audience): (String?, String?, String?)
            jwt.value("jwks", .string, &jwks, "A file with a JSON Web Key Set", isRequired: true, example: "jwks.json")
            jwt.value("issuer", .string, &issuer, "What `iss` must be", example: "\"https://issuer.example.com\"")
            jwt.value("audience", .string, &audience, "What `aud` must have", example: "icegate")
            guard let jwks else { return jwt.fail("'jwt' needs 'jwks', a file") }
            authentication.jwt = ServiceConfiguration.JWT(jwks: jwks, issuer: issuer, audience: audience)
        }
        if authentication.apiKeys == nil, authentication.apiKeyList == nil, authentication.jwt == nil {
            section.fail("'auth' needs 'api_keys' or 'jwt': without either nobody could call")
        }
        return authentication
    }

    static func tls(_ section: ConfigurationSection) -> GatewayConfiguration.FrontTLS? {
        var (certificate, key, clientCA): (String?, String?, String?)
        section.value(
            "certificate", .string, &certificate, "The server's certificate and its chain", isRequired: true,
            example: "\"tls/front.pem\"")
        section.value("key", .string, &key, "Its key", isRequired: true, example: "\"tls/front.key\"")
        section.value(
            "client_ca", .string, &clientCA, "Clients must have a certificate of these authorities",
            example: "\"tls/clients.pem\"")
        guard let certificate, let key else {
            section.fail("'tls' needs 'certificate' and 'key'")
            return nil
        }
        return GatewayConfiguration.FrontTLS(certificate: certificate, key: key, clientCA: clientCA)
    }

    static func route(_ section: ConfigurationSection) -> RouteConfiguration? {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"].map { (name: $0, value: $0) }
        var (method, path, service, operation): (String?, String?, String?, String?)
        var route = RouteConfiguration(method: "", path: "", service: "", operation: "")
        section.value("method", .choice(methods), &method, "The HTTP method", isRequired: true, example: "GET")
        section.value("path", .string, &path, "A template", isRequired: true, example: "\"/v1/greetings/{name}\"")
        section.value("service", .string, &service, "The name of a service", isRequired: true, example: "greeter")
        section.value("operation", .string, &operation, "One of its operations", isRequired: true, example: "greet")
        section.value("status", .integer(200...299), &route.status, "Of success, instead of 200", example: "200")
        section.value(
            "body", .string, &route.body, "The parameter that the whole body is bound to", example: "name")
        section.value(
            "response_body", .string, &route.responseBody, "The member of the result that is the whole answer",
            example: "returnValue")
        section.value(
            "raw_body", .string, &route.rawBody,
            "The `sequence<byte>` parameter or result that is sent as it is, as octets", example: "data")
        section.jsonValues("arguments", of: "parameters", "Fixed values of parameters") { route.arguments[$0] = $1 }
        guard let method, let path, let service, let operation else {
            let missing = ["method", "path", "service", "operation"].filter { !section.has($0) }
            // What is there and can't be used was told.
            if !missing.isEmpty { section.fail("a route needs '\(missing.joined(separator: "' and '"))'") }
            return nil
        }
        (route.method, route.path, route.service, route.operation) = (method, path, service, operation)
        route.file = section.file
        route.line = section.line
        return route
    }
}
