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

    @Test("openapi/greeter.openapi.yaml is what icegate openapi writes; make openapi renews it")
    func openAPI() async throws {
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "greeter", proxy: "greeter:tcp -h localhost -p 4061")]
        let model = try #require(SliceCompiler.compile(source: DemoGreeter.slice, name: "Greeter.ice").model)
        let communicator = try Communicator()
        let loaded = GatewayLoader(communicator: communicator).load(configuration, model: model).gateway
        await communicator.destroy()
        let gateway = try #require(loaded)
        let file = try String(contentsOf: Repository.file("openapi/greeter.openapi.yaml"), encoding: .utf8)
        #expect(file == gateway.document.yaml())
    }
}
