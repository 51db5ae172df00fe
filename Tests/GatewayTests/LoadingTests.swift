import Ice
import Slice
import Testing

@testable import Gateway

@Suite struct LoadingTests {
    private static let slice = """
        module Bank
        {
            exception Failure {}
            interface Account { void pay() throws Failure; void close(); void note(); }
            interface Teller { void ask(); }
        }
        """

    /// The result of loading one service.
    private func load(
        proxy: String = "account:tcp -h localhost -p 1", interface: String? = "::Bank::Account", ask: [String]? = nil,
        _ change: (inout GatewayConfiguration) -> Void = { _ in }
    ) async throws -> GatewayLoader.Result {
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "account", proxy: proxy, interface: interface)]
        change(&configuration)
        let model = try #require(SliceCompiler.compile(source: Self.slice, name: "Bank.ice").model)
        let answer = ask.map { answer in { (_: ObjectPrx) in answer } }
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator, ask: answer).load(configuration, model: model)
        await communicator.destroy()
        return result
    }

    @Test(
        "a misspelt operation is told, so that what was to be denied isn't served",
        arguments: [
            (["*"], ["clsoe"], [], "'clsoe' in operations.deny is not an operation of ::Bank::Account"),
            (["pya"], [], [], "'pya' in operations.allow is not an operation of ::Bank::Account"),
            (["*"], [], ["notes"], "'notes' in oneway is not an operation of ::Bank::Account, or not an allowed one"),
            (
                ["*"], ["note"], ["note"],
                "'note' in oneway is not an operation of ::Bank::Account, or not an allowed one"
            ),
            (["*"], [], ["pay"], "operation 'pay' has results or exceptions and can't be oneway"),
        ])
    func misspeltOperations(_ allow: [String], _ deny: [String], _ oneway: [String], _ message: String) async throws {
        let result = try await load {
            $0.services[0].allowedOperations = allow
            $0.services[0].deniedOperations = deny
            $0.services[0].oneway = oneway
        }
        #expect(result.gateway == nil)
        #expect(result.errors.map(\.description) == ["service 'account': error: \(message)"])
    }

    @Test("what shows only with the Slice is told at its place in the file, too")
    func places() async throws {
        let text = """
            services: {b: {proxy: "x:tcp -h"}}
            exceptions: {"::Bank::No": 409}
            cors: {origins: ["https://a.example/"]}
            """
        let result = try await load {
            #expect(ConfigurationFile.apply(text, file: "f.yaml", environment: [:], to: &$0) == [])
        }
        let errors = Set(result.errors.map { $0.description.prefix { $0 != ";" } })
        #expect(errors.contains { $0.hasPrefix("f.yaml:1:23: error: service 'b': ") }, "\(errors)")
        #expect(errors.contains("f.yaml:2:13: error: exceptions: exception ::Bank::No is not in the Slice files"))
        #expect(errors.contains { $0.hasPrefix("f.yaml:3:17: error: cors.origins: 'https://a.example/' is no origin") })
    }

    @Test("a prefix may match nothing, for one list for many services")
    func prefixes() async throws {
        let result = try await load { $0.services[0].deniedOperations = ["admin*", "close"] }
        #expect(result.errors == [])
        #expect(result.gateway?.routes.routes.map(\.path) == ["/account/pay", "/account/note"])
    }

    @Test("an exception's status needs an exception of the Slice files, with or without the leading colons")
    func exceptionStatuses() async throws {
        let result = try await load { $0.exceptions = ["Bank::Failure": 409] }
        #expect(result.gateway?.configuration.exceptions == ["::Bank::Failure": 409])
        let misspelt = try await load { $0.exceptions = ["::Bank::Failur": 409] }
        #expect(
            misspelt.errors.map(\.description)
                == ["exceptions: error: exception ::Bank::Failur is not in the Slice files"])
    }

    @Test("a property that has no effect is warned about")
    func properties() async throws {
        let result = try await load { $0.ice = ["Ice.MessageSizeMaxx": "1", "Ice.MessageSizeMax": "2048"] }
        #expect(result.gateway != nil)
        #expect(result.warnings == ["ice: warning: this version does nothing with the property 'Ice.MessageSizeMaxx'"])
    }

    @Test("which of several interfaces must be said where the target isn't asked")
    func severalInterfaces() async throws {
        let message = try #require(try await load(interface: nil).errors.first?.message)
        #expect(message.contains("isn't asked here"))
        #expect(message.hasSuffix("; there are ::Bank::Account, ::Bank::Teller"), "\(message)")
        let asked = try await load(interface: nil, ask: ["::Bank::Teller", "::Ice::Object"])
        #expect(asked.gateway?.routes.routes.map(\.path) == ["/account/ask"])
    }

    @Test("a target without the object is told as that")
    func noObject() async throws {
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "a", proxy: "acount:tcp -h localhost -p 1")]
        let model = try #require(SliceCompiler.compile(source: Self.slice, name: "Bank.ice").model)
        let communicator = try Communicator()
        let loader = GatewayLoader(communicator: communicator) { _ in throw LocalException(.objectNotExist, "") }
        let errors = loader.load(configuration, model: model).errors.map(\.message)
        await communicator.destroy()
        #expect(errors == ["its server has no object 'acount'; is the identity of the proxy right?"])
    }

    @Test(
        "a proxy that no call can get through by is warned about",
        arguments: [
            ("account", "has no endpoint, and there is no locator"),
            ("account@Adapter", "has no endpoint, and there is no locator to ask (Ice.Default.Locator)"),
            ("account:udp -h localhost -p 1", "has no endpoint of tcp, ssl, ws or wss"),
            ("account -d:tcp -h localhost -p 1", "has no endpoint of udp"),
            ("account:tcp -h localhost", "has no port (-p)"), ("account:ssl -h localhost", "has no port (-p)"),
        ])
    func unreachable(_ proxy: String, _ reason: String) async throws {
        let result = try await load(proxy: proxy)
        #expect(result.gateway != nil && result.warnings.count == 1)
        #expect(try #require(result.warnings.first).contains(reason))
        for text in [
            "account:udp -p 2:tcp -h localhost -p 1", "account:ssl -p 2", "account:ws -p 2 -r /x", "account:wss -p 2",
            "account -d:tcp -p 1:udp -p 2",
        ] {
            let usable = try await load(proxy: text)
            #expect(usable.warnings == [])
        }
    }

    /// Loads one service with properties.
    private func load(proxy: String, threads: Int, ice: Properties) async throws -> GatewayLoader.Result {
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "account", proxy: proxy, interface: "::Bank::Account")]
        configuration.threads = threads
        configuration.ice = ice
        let model = try #require(SliceCompiler.compile(source: Self.slice, name: "Bank.ice").model)
        let communicator = try Communicator(ice)
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        return result
    }

    @Test("an indirect proxy needs a locator", arguments: ["account", "account @ Adapter"])
    func indirect(_ proxy: String) async throws {
        let result = try await load(
            proxy: proxy, threads: 0, ice: ["Ice.Default.Locator": "IceGrid/Locator:tcp -h localhost -p 4061"])
        #expect(result.gateway != nil)
        #expect(result.warnings == [])
    }

    @Test("a routed proxy needs a single thread", arguments: ["account", "account @ A", "account:tcp -h h -p 1"])
    func routed(_ proxy: String) async throws {
        let ice: Properties = ["Ice.Default.Router": "Glacier2/router:tcp -h localhost -p 4063"]
        let single = try await load(proxy: proxy, threads: 1, ice: ice)
        #expect(single.gateway != nil)
        #expect(single.warnings == [])
        for threads in [0, 2] {
            let several = try await load(proxy: proxy, threads: threads, ice: ice)
            #expect(several.gateway == nil)
            #expect(try #require(several.errors.first).message.contains("routers need 'threads: 1'"))
        }
        // The router itself is a service like any other.
        let router = try await load(proxy: "Glacier2/router:tcp -h localhost -p 4063", threads: 0, ice: ice)
        #expect(router.gateway != nil)
    }
}
