import Glibc
package import Ice
import IceEncoding
import OpenAPI
import SliceJSON
package import Slice

/// Turns a configuration into a gateway: Slice is compiled, proxies parsed, interfaces found, routes and plans made.
package struct GatewayLoader {
    /// Loaded, or why not. Diagnostics may hold warnings in both cases.
    package struct Result {
        /// Nil when there was an error.
        package var gateway: Gateway?
        package var sliceDiagnostics: [Diagnostic] = []
        package var errors: [ConfigurationError] = []
        /// What loads and can't work, as text.
        package var warnings: [String] = []
    }

    /// Finds the type IDs a proxy's object answers to (`ice_ids`), for a service without an interface; nil offline.
    package typealias AskTypeIDs = (ObjectPrx) throws -> [String]

    private let communicator: Communicator
    private let ask: AskTypeIDs?
    /// Whether a service whose target can't be asked is a warning, and left out.
    private let goesOnUnasked: Bool
    /// Of every gateway it loads for which none is configured.
    private let slicesKey = SlicesKey.random()

    package init(communicator: Communicator, ask: AskTypeIDs? = nil, goesOnUnasked: Bool = false) {
        self.communicator = communicator
        self.ask = ask
        self.goesOnUnasked = goesOnUnasked
    }

    package func load(_ configuration: GatewayConfiguration) -> Result {
        var result = Result()
        let (files, missing) = SliceFiles.expand(configuration.slice.files)
        result.errors = missing.map { ConfigurationError(source: $0.path, message: $0.reason, hint: $0.hint) }
        var model: SliceModel?
        let (options, error) = SliceCompiler.Options.parse(configuration.slice)
        if let error {
            result.errors.append(error)
        } else if !files.isEmpty {
            let compilation = SliceCompiler(options: options).compile(files)
            result.sliceDiagnostics = compilation.diagnostics
            model = compilation.model
        }
        if let model, result.errors.isEmpty { return load(configuration, model: model, result) }
        // What needs no Slice is looked at all the same, so that all faults are told at once.
        _ = parseProxies(configuration, &result)
        _ = GatewaySecurity(configuration, &result.errors, &result.warnings)
        result.errors = result.errors.map { $0.located(in: configuration) }
        return result
    }

    /// The same with Slice that is compiled already.
    package func load(_ configuration: GatewayConfiguration, model: SliceModel) -> Result {
        load(configuration, model: model, Result())
    }

    private func load(_ configuration: GatewayConfiguration, model: SliceModel, _ soFar: Result) -> Result {
        var result = soFar
        var configuration = configuration
        configuration.exceptions = ExceptionStatuses.resolve(configuration.exceptions, model, &result.errors)
        result.warnings = configuration.ice.names.filter { !Properties.understoodNames.contains($0) }
            .map { "ice: warning: this version does nothing with the property '\($0)'" }
        do {
            let depth = try configuration.ice.integer("Ice.ClassGraphDepthMax", default: configuration.json.graphDepth)
            configuration.json.graphDepth = depth < 1 ? .max : depth
            configuration.json.writesSliced = try configuration.ice.integer("Ice.Default.SlicedFormat", default: 0) > 0
        } catch {
            result.errors.append(ConfigurationError(source: "ice", message: error.message))
        }
        let services = parseProxies(configuration, &result)
        let proxies = GatewayProxies(
            configuration.proxies, services: services.map { ($0.service.name, $0.proxy.content) },
            defaults: communicator.proxyDefaults)
        let seal = KeyedSliceSeal(
            configuration.slicesKey ?? slicesKey, takesAny: configuration.proxies.accept == .any)
        let plans = PlanLibrary(model: model, options: configuration.json, proxies: proxies, seal: seal)
        var builder = RouteTableBuilder(configuration, model: model, plans: plans)
        for (service, proxy) in services {
            switch interface(of: service, proxy, model) {
            case .success(let interface): builder.add(service, proxy: proxy, interface: interface)
            case .failure(let problem) where problem.isUnasked && goesOnUnasked:
                result.warnings.append("service '\(service.name)': warning: not checked: \(problem.message)")
                configuration.routes.removeAll { $0.service == service.name }
            case .failure(let problem): result.errors.append(error(in: service, problem.message))
            }
        }
        configuration.routes.forEach { builder.add($0) }
        result.errors += builder.errors
        let security = GatewaySecurity(configuration, &result.errors, &result.warnings)
        result.errors = result.errors.map { $0.located(in: configuration) }
        guard result.errors.isEmpty else { return result }
        result.gateway = Gateway(
            configuration: configuration, routes: builder.table(), model: model, security: security)
        return result
    }

    /// The services whose proxies can be parsed; the others are errors.
    private func parseProxies(
        _ configuration: GatewayConfiguration, _ result: inout Result
    ) -> [(service: ServiceConfiguration, proxy: ObjectPrx)] {
        var parsed: [(service: ServiceConfiguration, proxy: ObjectPrx)] = []
        for service in configuration.services {
            do throws(LocalException) {
                guard var proxy = try communicator.makeProxy(service.proxy) else {
                    result.errors.append(error(in: service, "the proxy is nil"))
                    continue
                }
                if service.mode.isDatagram, !proxy.sendsDatagrams { proxy = proxy.ice_datagram() }
                if let reason = whyUncallable(proxy, threads: configuration.threads) {
                    result.errors.append(self.error(in: service, reason))
                    continue
                }
                if let reason = whyUnreachable(proxy) {
                    result.warnings.append("service '\(service.name)': warning: \(reason): every call will answer 503")
                }
                parsed.append((service, proxy.ice_context(service.context.entries)))
            } catch {
                var fault = self.error(in: service, error.message)
                if let place = configuration.places["\(fault.source).proxy"] {
                    (fault.message, fault.source) = ("\(fault.source): \(fault.message)", place.file)
                    (fault.line, fault.column) = (place.line, place.column)
                }
                fault.hint = "a proxy is written as 'greeter:tcp -h localhost -p 4061'"
                result.errors.append(fault)
            }
        }
        return parsed
    }

    private func error(in service: ServiceConfiguration, _ message: String) -> ConfigurationError {
        ConfigurationError(source: "service '\(service.name)'", message: message)
    }
}

extension SliceCompiler.Options {
    /// Those of a configuration, or what is wrong with them.
    package static func parse(
        _ sources: GatewayConfiguration.SliceSources
    ) -> (options: SliceCompiler.Options, error: ConfigurationError?) {
        var defines: [(name: String, value: String)] = []
        for define in sources.define {
            let parts = define.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else {
                let message = "'\(define)' is not NAME or NAME=VALUE"
                return (SliceCompiler.Options(), ConfigurationError(source: "slice.define", message: message))
            }
            defines.append((name: String(name), value: parts.count > 1 ? String(parts[1]) : "1"))
        }
        return (SliceCompiler.Options(includePaths: sources.include, defines: defines), nil)
    }
}

extension GatewayLoader {
    // MARK: The interface of a service

    private struct Problem: Error {
        var message: String
        /// Whether only the target knows, and doesn't answer.
        var isUnasked = false
    }

    private func interface(
        of service: ServiceConfiguration, _ proxy: ObjectPrx, _ model: SliceModel
    ) -> Swift.Result<ScopedName, Problem> {
        if let wanted = service.interface {
            let name = ScopedName(wanted.hasPrefix("::") ? wanted : "::" + wanted)
            guard let definition = model.interfaces[name], !definition.isDeclaredOnly else {
                return .failure(Problem(message: "interface \(name) is not in the Slice files\(known(model))"))
            }
            return .success(name)
        }
        let candidates = model.callableInterfaces
        if candidates.count == 1, let only = candidates.first { return .success(only) }
        guard !service.name.contains("{") else {
            return .failure(
                Problem(
                    message:
                        "several interfaces are in the Slice files, and a service whose name is a template has no single target to ask; say which one: 'interface'"
                        + known(model)))
        }
        guard let ask else {
            return .failure(
                Problem(
                    message: candidates.isEmpty
                        ? "there is no interface in the Slice files; name the files that define it"
                        : "several interfaces are in the Slice files, and the target isn't asked here; say which one: @::Module::Interface after the proxy of --service, or 'interface' in the file"
                            + known(model), isUnasked: !candidates.isEmpty))
        }
        do {
            let typeIDs = Set(try ask(proxy))
            guard let interface = model.mostDerived(of: typeIDs).first else {
                return .failure(
                    Problem(
                        message:
                            "the target's type IDs are not in the Slice files: \(typeIDs.sorted().joined(separator: ", "))"
                    ))
            }
            return .success(interface)
        } catch let error as LocalException where error.code == .objectNotExist {
            return .failure(
                Problem(
                    message:
                        "its server has no object '\(proxy.ice_getIdentity())'; is the identity of the proxy right?"))
        } catch {
            return .failure(
                Problem(
                    message:
                        "its interface is not given and the target can't be asked: \(error); add @::Module::Interface"
                        + known(model), isUnasked: true))
        }
    }

    private func known(_ model: SliceModel) -> String {
        let names = model.callableInterfaces.prefix(8).map(\.text)
        return names.isEmpty ? "" : "; there are \(names.joined(separator: ", "))"
    }
}

extension SliceModel {
    /// Of the interfaces with these type ids those that are no base of another one, sorted.
    package func mostDerived(of typeIDs: Set<String>) -> [ScopedName] {
        let known = interfaces.keys.filter { typeIDs.contains($0.text) }
        return known.filter { name in !known.contains { $0 != name && self.typeIDs(of: $0).contains(name.text) } }
            .sorted()
    }

    /// The interfaces of the files that were asked for, sorted.
    package var callableInterfaces: [ScopedName] {
        interfaces.values.filter { mainDefinitions.contains($0.scopedName) && !$0.isLocal && !$0.isDeclaredOnly }
            .map(\.scopedName).sorted()
    }
}
