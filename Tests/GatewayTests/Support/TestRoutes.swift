import Ice
import Slice

@testable import Gateway

/// A gateway of the test gateway's Slice that nothing serves.
enum TestRoutes {
    static func gateway() throws -> Gateway {
        guard let model = SliceCompiler.compile(source: TestGateway.slice, name: "Test.ice").model else {
            throw HTTPClient.Failure(message: "the Slice has errors")
        }
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "shop", proxy: "shop:tcp -h 127.0.0.1 -p 1")]
        let result = GatewayLoader(communicator: try Communicator()).load(configuration, model: model)
        guard let gateway = result.gateway else { throw HTTPClient.Failure(message: "\(result.errors)") }
        return gateway
    }

    static func shop() throws -> RouteTable { try gateway().routes }
}
