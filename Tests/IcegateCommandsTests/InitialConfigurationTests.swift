import Foundation
import Ice
import Slice
import Testing

@testable import Gateway
@testable import IcegateCommands

@Suite("icegate init") struct InitialConfigurationTests {
    private static let source = """
        module M {
            interface Cart { idempotent int total(); void add(string item); }
            interface URLStore { void put(string url); }
        }
        """

    private func model() throws -> SliceModel {
        try #require(SliceCompiler.compile(source: Self.source, name: "M.ice").model)
    }

    private func services() -> [ServiceConfiguration] {
        [
            ServiceConfiguration(name: "cart", proxy: #"cart:tcp -h "a host" -p 1"#, interface: "::M::Cart"),
            ServiceConfiguration(name: "shops/{id}", proxy: "s/{id}:tcp -p 2", interface: "::M::URLStore"),
        ]
    }

    private func text() throws -> String {
        var sources = GatewayConfiguration.SliceSources()
        sources.files = ["M.ice", "with \"quotes\".ice"]
        sources.include = ["/usr/share/ice/slice"]
        return InitialConfiguration.text(
            slice: sources, services: services(), model: try model(), command: "icegate init M.ice")
    }

    @Test("the file says what was given and nothing else")
    func accepted() async throws {
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(try text(), file: "F", environment: [:], to: &configuration)
        #expect(errors == [])
        #expect(configuration.slice.files == ["M.ice", "with \"quotes\".ice"])
        #expect(configuration.slice.include == ["/usr/share/ice/slice"])
        #expect(configuration.services.map(\.name) == ["cart", "shops/{id}"])
        #expect(configuration.services.map(\.proxy) == services().map(\.proxy))
        #expect(configuration.services.map(\.interface) == ["::M::Cart", "::M::URLStore"])
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: try model())
        await communicator.destroy()
        #expect(result.errors == [] && result.gateway?.routes.services.count == 2)
    }

    @Test("every key is in it, and what is commented out is accepted, too")
    func everything() throws {
        let text = try text()
        let whole = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("##") ? line.dropFirst() : line
        }.joined(separator: "\n")
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(
            whole, file: "F", environment: ["ICEGATE_SLICES_KEY": "0123456789abcdef"], to: &configuration)
        #expect(errors == [])
        #expect(configuration.tls != nil && configuration.routes.first?.operation == "total")
        for key in ConfigurationFile.keys() where !["body", "response_body", "raw_body"].contains(key.path.last) {
            #expect(text.contains("\(key.path.last ?? ""):") || key.path.last == ConfigurationKey.item, "\(key.name)")
        }
    }

    @Test(
        "a service may be a proxy alone",
        arguments: [
            ("cart:tcp -p 1@::M::Cart", "cart", "cart:tcp -p 1", "::M::Cart"),
            ("x=cart:tcp -p 1@M::Cart", "x", "cart:tcp -p 1", "::M::Cart"),
            ("\"a=b\":tcp -p 1@::M::URLStore", "urlStore", "\"a=b\":tcp -p 1", "::M::URLStore"),
            ("id@Adapter@::M::Cart", "cart", "id@Adapter", "::M::Cart"),
        ])
    func service(_ argument: String, _ name: String, _ proxy: String, _ interface: String) async throws {
        let communicator = try Communicator()
        let service = try InitialService.parse(argument, try model(), communicator)
        await communicator.destroy()
        #expect((service.name, service.proxy) == (name, proxy) && service.interface == interface)
    }

    @Test(
        "a service that is none says why",
        arguments: [
            ("cart:tcp -p 1", "several interfaces"), ("cart:tpc -p 1@::M::Cart", "^~~~~~~"),
            ("cart:tcp -p 1@::M::No", "there are ::M::Cart, ::M::URLStore"), ("", "is not [NAME=]PROXY"),
        ])
    func refused(_ argument: String, _ reason: String) async throws {
        let communicator = try Communicator()
        let model = try model()
        let failure = #expect(throws: CallFailure.self) {
            try InitialService.parse(argument, model, communicator)
        }
        await communicator.destroy()
        #expect(failure?.description.contains(reason) == true, "\(String(describing: failure))")
    }

    @Test("serve without a service says the whole line to type")
    func firstRun() throws {
        let text = FirstRun.missingService(try model(), arguments: ["M.ice", "-I", "a b"])
        #expect(
            text.contains("  icegate serve M.ice -I 'a b' --service 'cart=cart:tcp -h localhost -p 4061@::M::Cart'\n"))
        #expect(text.contains("icegate init M.ice -I 'a b'"))
    }
}
