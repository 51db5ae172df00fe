import Ice
import SliceJSON
import Testing

@testable import Gateway

@Suite struct ConfigurationTests {
    private func load(
        _ text: String, environment: [String: String] = [:]
    ) -> (GatewayConfiguration, [String]) {
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(text, file: "f.yaml", environment: environment, to: &configuration)
        return (configuration, errors.map(\.description))
    }

    @Test("every key is read")
    func everything() throws {
        let (configuration, errors) = load(
            """
            listen: 0.0.0.0:9090
            threads: 2
            slice: {files: [a.ice, dir], include: [inc], define: [X=1]}
            services:
              greeter:
                proxy: "greeter:tcp -h localhost -p 4061"
                interface: "::VisitorCenter::Greeter"
                mode: oneway
                oneway: [note]
                timeout: 250ms
                context: {secret: "${SECRET}/x", tenant: 7, empty: ""}
                operations: {allow: ["gr*"], deny: [gross]}
            exceptions: {"::Bank::InsufficientFunds": 409}
            errors: {expose_server_text: true}
            json: {long: number, unknown_members: ignore, depth: 32, slices_key: "${SECRET}-and-more"}
            proxies: {out: link, accept: identity}
            limits: {body: 1MiB, header: 16KiB, uri: 2KiB, connections: 100, in_flight: 50,
                     in_flight_per_target: 20, unsent_per_target: 4MiB, slow_client: 5s}
            cors: {origins: ["https://example.org"]}
            log: {level: debug}
            shutdown: {deadline: 5m}
            ice: {Ice.MessageSizeMax: 2048}
            """, environment: ["SECRET": "${s3cr3t}"])
        #expect(errors == [])
        #expect(configuration.listen == ListenAddress(host: "0.0.0.0", port: 9090))
        #expect(configuration.threads == 2)
        #expect(configuration.slice.files == ["a.ice", "dir"])
        let service = try #require(configuration.services.first)
        #expect(service.name == "greeter" && service.mode == .oneway && service.timeout == .milliseconds(250))
        #expect(service.context == ["secret": "${s3cr3t}/x", "tenant": "7", "empty": ""])
        #expect(service.allows("greet") && !service.allows("gross") && !service.allows("other"))
        #expect(configuration.exceptions == ["::Bank::InsufficientFunds": 409])
        #expect(configuration.exposeServerText)
        #expect(configuration.json.long == .number && configuration.json.unknownMembers == .ignore)
        #expect(configuration.json.depth == 32)
        #expect(configuration.slicesKey == SlicesKey("${s3cr3t}-and-more"))
        #expect(configuration.proxies == ProxyPolicy(out: .link, accept: .identity))
        #expect(configuration.limits.body == 1 << 20 && configuration.limits.header == 16 << 10)
        #expect(configuration.limits.slowClient == .seconds(5))
        #expect(configuration.cors.origins == ["https://example.org"])
        #expect(configuration.shutdownDeadline == .seconds(300))
        #expect(configuration.ice == ["Ice.MessageSizeMax": "2048"])
    }

    @Test(
        "faults are told with line and column",
        arguments: [
            ("listn: x\n", "f.yaml:1:1: error: unknown key 'listn'"),
            ("json:\n  dept: 3\n", "f.yaml:2:3: error: unknown key 'json.dept'"),
            ("threads: many\n", "f.yaml:1:10: error: 'threads' must be an integer from 0 to 256, got 'many'"),
            (
                "proxies: {accept: all}\n",
                "f.yaml:1:19: error: 'proxies.accept' must be one of any, identity, link, none, got 'all'"
            ), ("proxies: {out: none}\n", "f.yaml:1:16: error: 'proxies.out' must be one of full, identity, link"),
            ("proxies: {in: any}\n", "f.yaml:1:11: error: unknown key 'proxies.in'; known here: accept, out"),
            ("limits: {body: 3 apples}\n", "f.yaml:1:16: error: 'limits.body' must be a size"),
            ("shutdown: {deadline: 3 days}\n", "f.yaml:1:22: error: 'shutdown.deadline' must be a duration"),
            ("shutdown: {deadline: 99999999999999h}\n", "f.yaml:1:22: error: 'shutdown.deadline' must be a duration"),
            ("services: [a]\n", "f.yaml:1:11: error: 'services' must be a mapping"),
            ("services: {a: {}}\n", "f.yaml:1:15: error: service 'a' needs a proxy"),
            ("listen: ${NOWHERE}\n", "f.yaml:1:9: error: environment variable 'NOWHERE' is not set"),
            ("tls: {certificate: a}\n", "f.yaml:1:6: error: 'tls' needs 'certificate' and 'key'"),
            (
                "services: {a: {proxy: x, auth: {}}}\n",
                "f.yaml:1:32: error: 'auth' needs 'api_keys' or 'jwt': without either nobody could call"
            ),
            (
                "services: {a: {proxy: x, context: {secret: \"${NOWHERE}\"}}}\n",
                "f.yaml:1:44: error: environment variable 'NOWHERE' is not set"
            ),
            (
                "services: {a: {proxy: x, context: {secret: }}}\n",
                "f.yaml:1:44: error: the context entry 'secret' needs a value; \"\" is an empty one"
            ),
            (
                "services: {a: {proxy: x, context: {secret: [a]}}}\n",
                "f.yaml:1:44: error: 'services.a.context.secret' must be a single value"
            ),
            (
                "services: {a: {proxy: x, context: secret}}\n",
                "f.yaml:1:35: error: 'services.a.context' must be a mapping"
            ),
            ("listen: ${NOWHERE\n", "f.yaml:1:9: error: '${' has no '}'"),
            ("threads: 1\nthreads: 2\n", "f.yaml:1:1: error: given twice: threads"),
            ("- 1\n", "f.yaml:1:1: error: the configuration must be a mapping"),
            ("a: b: c\n", "f.yaml:1:5: error: YAML: mapping values are not allowed"),
        ])
    func faults(_ text: String, _ expected: String) throws {
        let (_, errors) = load(text)
        let first = try #require(errors.first)
        #expect(first.hasPrefix(expected), "\(first)")
    }

    @Test("all faults of a file are told at once")
    func several() {
        let (_, errors) = load("one: 1\nthreads: -1\ntwo: 2\n")
        #expect(errors.count == 3)
    }

    @Test("a proxy that can't be used is told once, one that is missing or empty is needed")
    func proxies() {
        #expect(
            load("services: {a: {proxy: \"${NOWHERE}\"}}\n").1
                == ["f.yaml:1:23: error: environment variable 'NOWHERE' is not set"])
        #expect(load("services: {a: {proxy: \"\"}}\n").1 == ["f.yaml:1:15: error: service 'a' needs a proxy"])
    }

    @Test("a route with a member that can't be used is told once, missing ones are named")
    func routeMembers() {
        let errors = load("routes: [{method: FETCH, path: /x, service: a, operation: b}]\n").1
        #expect(
            errors.count == 1 && errors.allSatisfy { $0.hasPrefix("f.yaml:1:19: error: 'routes.0.method' must be") })
        #expect(
            load("routes: [{method: GET, path: /x}]\n").1
                == ["f.yaml:1:10: error: a route needs 'service' and 'operation'"])
    }

    @Test("an empty file changes nothing")
    func empty() {
        let (configuration, errors) = load("")
        #expect(errors == [] && configuration.listen.port == 8080)
        #expect(configuration.proxies == ProxyPolicy(out: .full, accept: .none))
    }

    @Test("environment variables are put in")
    func expansion() {
        let (configuration, errors) = load(
            "listen: ${HOST}:${PORT}\n", environment: ["HOST": "127.0.0.1", "PORT": "81"])
        #expect(errors == [] && configuration.listen == ListenAddress(host: "127.0.0.1", port: 81))
    }

    @Test("whatever prints a configuration shows no value of a context")
    func hiddenContext() throws {
        let (configuration, errors) = load("services: {a: {proxy: x, context: {secret: s3cr3t, tenant: s3cr3t2}}}\n")
        #expect(errors == [])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(text.contains("tenant") && text.contains("***") && !text.contains("s3cr3t"), "\(text)")
        }
    }

    @Test("the key of slices is in no message and nothing that is printed")
    func hiddenKey() throws {
        let (configuration, errors) = load("json: {slices_key: \"${KEY}\"}\n", environment: ["KEY": "s3cr3t-s3cr3t-16"])
        #expect(errors == [] && configuration.slicesKey == SlicesKey("s3cr3t-s3cr3t-16"))
        var dumped = ""
        dump(configuration, to: &dumped)
        let bytes = "115, 51, 99"
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cr3t") && !text.contains(bytes), "\(text)")
        }
        #expect("\(configuration)".contains("***"))
        for (text, column) in [("s3cr3t-s3cr3t-1", 20), ("\"\"", 20)] {
            #expect(
                load("json: {slices_key: \(text)}\n").1
                    == ["f.yaml:1:\(column): error: 'json.slices_key' must be a text of at least 16 bytes"])
        }
    }

    @Test("services of the command line")
    func serviceArguments() throws {
        let plain = try #require(ServiceConfiguration(argument: "g=greeter:tcp -h localhost -p 4061"))
        #expect(plain.name == "g" && plain.proxy == "greeter:tcp -h localhost -p 4061" && plain.interface == nil)
        let typed = try #require(ServiceConfiguration(argument: "g=greeter @ Adapter@::A::B"))
        #expect(typed.proxy == "greeter @ Adapter" && typed.interface == "::A::B")
        let short = try #require(ServiceConfiguration(argument: "g=greeter:tcp -h localhost -p 4061@A::B"))
        #expect(short.proxy == "greeter:tcp -h localhost -p 4061" && short.interface == "A::B")
        #expect(ServiceConfiguration(argument: "g=greeter@Adapter")?.interface == nil)
        #expect(ServiceConfiguration(argument: "nothing") == nil)
        #expect(ServiceConfiguration(argument: "=x") == nil)
        #expect(ServiceConfiguration(argument: "a=") == nil)
    }

    @Test(
        "listen addresses",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("[::1]:8080", "[::1]:8080"), (":9", "0.0.0.0:9"),
            ("localhost:0", "localhost:0"),
        ])
    func listen(_ text: String, _ expected: String) {
        #expect(ListenAddress(text)?.description == expected)
    }

    @Test("listen addresses that are none", arguments: ["", "80", "1.2.3.4", "a:b", "::1:80", "h:70000"])
    func notListen(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
