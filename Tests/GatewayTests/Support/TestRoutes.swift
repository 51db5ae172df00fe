import Ice
import Slice

@testable import Gateway

/// The routes of the test gateway's Slice, with nothing behind them.
enum TestRoutes {
    static func shop() throws -> RouteTable {
        guard let model = SliceCompiler.compile(source: TestGateway.slice, name: "Test.ice").model else {
            throw HTTPClient.Failure(message: "the Slice has errors")
        }
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "shop", proxy: "shop:tcp -h 127.0.0.1 -p 1")]
        let result = GatewayLoader(communicator: try Communicator()).load(configuration, model: model)
        guard let gateway = result.gateway else { throw HTTPClient.Failure(message: "\(result.errors)") }
        return gateway.routes
    }
}
