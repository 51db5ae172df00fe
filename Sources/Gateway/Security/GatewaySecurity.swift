/// Who may reach a gateway and how it shows who it is: everything that is made of `tls`, `auth` and `cors` and of the files
/// they name. Loaded anew with the configuration.
package struct GatewaySecurity: Sendable {
    /// Of the services that authenticate, by name.
    let authenticators: [String: Authenticator]
    let crossOrigin: CrossOriginPolicy
    /// The certificate of the front; nil: plain HTTP.
    package let front: FrontCertificate?

    /// Reads all files.
    ///
    /// - Parameters:
    ///   - errors: gets what can't be used, each with its file.
    ///   - warnings: gets what can be used and should not be.
    init(_ configuration: GatewayConfiguration, _ errors: inout [ConfigurationError], _ warnings: inout [String]) {
        crossOrigin = CrossOriginPolicy(configuration, &errors)
        do throws(ConfigurationError) {
            front = try configuration.tls.map { tls throws(ConfigurationError) in
                try FrontCertificate(tls, &warnings)
            }
        } catch {
            errors.append(error)
            front = nil
        }
        var authenticators: [String: Authenticator] = [:]
        for service in configuration.services {
            guard let authentication = service.authentication else { continue }
            do throws(ConfigurationError) {
                authenticators[service.name] = Authenticator(
                    keys: try Self.keys(authentication, service.name, &warnings),
                    tokens: try Self.tokens(authentication, &warnings),
                    realm: service.name)
            } catch {
                errors.append(error)
            }
        }
        self.authenticators = authenticators
    }

    private static func keys(
        _ authentication: ServiceConfiguration.Authentication, _ service: String, _ warnings: inout [String]
    ) throws(ConfigurationError) -> APIKeys? {
        if let list = authentication.apiKeyList {
            do throws(APIKeys.Failure) {
                return try APIKeys(list.text)
            } catch {
                let message = "auth.api_keys, entry \(error.line): \(error.message)"
                throw ConfigurationError(source: "service '\(service)'", message: message)
            }
        }
        guard let path = authentication.apiKeys else { return nil }
        let file = try read(path)
        if file.isReadableByEverybody {
            warnings.append(
                "\(path): warning: every user of this machine may read these API keys; chmod o-r would help")
        }
        do throws(APIKeys.Failure) {
            return try APIKeys(file.bytes)
        } catch {
            var fault = ConfigurationError(source: path, line: error.line, message: error.message)
            fault.isSecret = true
            throw fault
        }
    }

    private static func tokens(
        _ authentication: ServiceConfiguration.Authentication, _ warnings: inout [String]
    ) throws(ConfigurationError) -> JWTVerifier? {
        guard let jwt = authentication.jwt else { return nil }
        let file = try read(jwt.jwks)
        do throws(JSONWebKeySet.Failure) {
            let set = try JSONWebKeySet(file.bytes)
            warnings += set.warnings.map { "\(jwt.jwks): warning: \($0)" }
            if file.isReadableByEverybody, set.keys.contains(where: { $0.kind.secretSize != nil }) {
                warnings.append("\(jwt.jwks): warning: every user of this machine may read these shared secrets")
            }
            return JWTVerifier(set.keys, issuer: jwt.issuer, audience: jwt.audience)
        } catch {
            throw ConfigurationError(source: jwt.jwks, message: error.message)
        }
    }

    private static func read(_ path: String) throws(ConfigurationError) -> SecretFile {
        do throws(SecretFile.Failure) {
            return try SecretFile(path)
        } catch {
            throw ConfigurationError(source: path, message: error.message, hint: WorkingFolder.hint(path))
        }
    }
}
