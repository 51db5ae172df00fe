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
}
