import Foundation
import Gateway
import Ice
import OpenAPI
import Slice
import Testing

@Suite struct CheckedInFileTests {
    @Test("slice/Greeter.ice is the Slice of the demo")
    func demoSlice() throws {
        let file = try String(contentsOf: Repository.file("slice/Greeter.ice"), encoding: .utf8)
        #expect(file == DemoGreeter.slice)
    }

    @Test(
        "the documents in openapi/ are what icegate openapi writes; make openapi renews them",
        arguments: [
            ("greeter", "slice/Greeter.ice", "greeter=greeter:tcp -h localhost -p 4061"),
            (
                "employees", "Examples/Employees/Sources/Company/Employees.ice",
                "employees=employees:tcp -h localhost -p 4061"
            ),
            (
                "file-transfer", "Examples/FileTransfer/Sources/Files/FileTransfer.ice",
                "files=files:tcp -h localhost -p 4061"
            ),
            ("interpolate", "Examples/Interpolate/Sources/Modelling/Model.ice", "model=model:tcp -h localhost -p 4061"),
            (
                "chained-greeter", "Examples/ChainedGreeter/Sources/VisitorCenter/Greeter.ice",
                "greeter=greeter:tcp -h localhost -p 4061"
            ),
            ("callback", "Examples/Callback/Sources/Chat/Room.ice", "room=room:tcp -h localhost -p 4061@::Chat::Room"),
        ])
    func openAPI(name: String, slice: String, service: String) async throws {
        var configuration = GatewayConfiguration()
        configuration.services = [try #require(ServiceConfiguration(argument: service))]
        try await check(name, slice, configuration)
    }

    @Test("the document of the showcase, which has a configuration")
    func showcase() async throws {
        let text = try String(contentsOf: Repository.file("openapi/showcase.yaml"), encoding: .utf8)
        var configuration = GatewayConfiguration()
        #expect(ConfigurationFile.apply(text, file: "showcase.yaml", environment: [:], to: &configuration).isEmpty)
        try await check("showcase", "slice/Showcase.ice", configuration)
    }

    private func check(_ name: String, _ slice: String, _ configuration: GatewayConfiguration) async throws {
        var configuration = configuration
        configuration.slice.files = [Repository.file(slice).path]
        let communicator = try Communicator()
        let loaded = GatewayLoader(communicator: communicator).load(configuration)
        await communicator.destroy()
        let gateway = try #require(loaded.gateway, "\(loaded.errors) \(loaded.sliceDiagnostics)")
        let file = try String(contentsOf: Repository.file("openapi/\(name).openapi.yaml"), encoding: .utf8)
        #expect(file == gateway.document.yaml())
    }
}
