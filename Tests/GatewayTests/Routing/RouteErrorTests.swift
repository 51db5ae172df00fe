import Ice
import IceEncoding
import IceTesting
import Slice
import Testing

@testable import Gateway

/// What can't be served is an error when it is loaded.
@Suite("Routes that can't be served") struct RouteErrorTests {
    private static let template = """
        module M
        {
            struct Point { int x; }
            sequence<byte> Bytes;
            interface I
            {
                METADATA int find(int number, Point at, out string name);
                void other(string text);
                ["http:hidden"] void secret();
            }
        }
        """

    /// The errors of a configuration with one service, `i`, and metadata on `find`.
    private func errors(
        metadata: String = "",
        services: [ServiceConfiguration] = [ServiceConfiguration(name: "i", proxy: "i:tcp -h h -p 1")],
        routes: [RouteConfiguration] = []
    ) async throws -> [String] {
        try await load(metadata: metadata, services: services, routes: routes).errors.map(\.description)
    }

    private func load(
        metadata: String, services: [ServiceConfiguration], routes: [RouteConfiguration]
    ) async throws -> GatewayLoader.Result {
        let slice = Self.template.split(separator: "METADATA").joined(separator: metadata)
        let model = try #require(SliceCompiler.compile(source: slice, name: "I.ice").model)
        var configuration = GatewayConfiguration()
        configuration.services = services
        configuration.routes = routes
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        return result
    }

    private func route(
        _ method: String, _ path: String, _ operation: String = "find", service: String = "i", line: Int = 7
    ) -> RouteConfiguration {
        var route = RouteConfiguration(method: method, path: path, service: service, operation: operation)
        route.file = "gate.yaml"
        route.line = line
        return route
    }

    @Test(
        "metadata",
        arguments: [
            (#"["http:get:v1/x"]"#, #""http:get:v1/x": a path that starts with / must follow"#),
            (#"["http:get:/v1/x/"]"#, "path '/v1/x/' has an empty segment"),
            (#"["http:gte:/x"]"#, #""http:gte:/x": operations have http:get, put, post"#),
            (#"["http:status:404"]"#, "the success status of an operation is 200 to 299"),
            (#"["http:get:/x/{nummer}"]"#, "{nummer} in path '/x/{nummer}' is no in-parameter of operation 'find'"),
            (#"["http:get:/x/{at.y}"]"#, "{at.y} in path '/x/{at.y}' is no in-parameter of operation 'find'"),
            (#"["http:get:/x/{name}"]"#, "{name} in path '/x/{name}' is no in-parameter of operation 'find'"),
            (#"["http:get:/livez/x"]"#, "path '/livez/x' is under /livez, which is reserved"),
            (#"["http:post:/invocations"]"#, "path '/invocations' is under /invocations, which is reserved"),
            (
                #"["http:post:/i/other"]"#,
                "POST /i/other of operation 'other' of service 'i' is at the same place as POST /i/other of operation 'find' of service 'i', from I.ice:7:"
            ),
        ])
    func metadata(_ metadata: String, _ message: String) async throws {
        let errors = try await errors(metadata: metadata)
        #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(errors)")
    }

    @Test("the place of metadata is told")
    func place() async throws {
        #expect(try await errors(metadata: #"["http:get:x"]"#).first?.hasPrefix("I.ice:7:10: error: ") == true)
    }

    @Test("routes of the configuration, with their line")
    func configured() async throws {
        for (route, message) in [
            (route("GET", "/x", "fnid"), "'fnid' is not an operation of ::M::I, or not an allowed one of service 'i'"),
            (route("GET", "/x", service: "j"), "there is no service 'j'"),
            (route("GET", "/x", "secret"), "operation 'secret' of ::M::I is hidden by its metadata, \"http:hidden\""),
            (route("GET", "/x/{y}"), "{y} in path '/x/{y}' is no in-parameter of operation 'find'"),
            (route("GET", "/docs"), "path '/docs' is under /docs, which is reserved"),
            (route("GET", "x"), "path 'x' must start with / and a segment"),
        ] {
            #expect(try await errors(routes: [route]) == ["gate.yaml:7:1: error: \(message)"])
        }
    }

    @Test("two of one shape and method for different operations: both are named")
    func conflicts() async throws {
        let errors = try await errors(
            metadata: #"["http:put:/x/{number}"]"#,
            routes: [
                route("GET", "/v/{number}", line: 3), route("GET", "/v/{text}", "other", line: 9),
                route("PUT", "/x/{text}", "other", line: 11), route("POST", "/i/find", "other", line: 12),
            ])
        #expect(
            errors == [
                "gate.yaml:9:1: error: GET /v/{text} of operation 'other' of service 'i' is at the same place as GET /v/{number} of operation 'find' of service 'i', from gate.yaml:3",
                "gate.yaml:11:1: error: PUT /x/{text} of operation 'other' of service 'i' is at the same place as PUT /x/{number} of operation 'find' of service 'i', from I.ice:7:10",
                "gate.yaml:12:1: error: POST /i/find of operation 'other' of service 'i' is at the same place as POST /i/find of operation 'find' of service 'i', which every operation of service 'i' has",
            ])
    }

    @Test("two services with one interface can't have the paths of its metadata both")
    func twoServices() async throws {
        let services = ["a", "b"].map { ServiceConfiguration(name: $0, proxy: "\($0):tcp -h h -p 1") }
        let errors = try await errors(metadata: #"["http:get:/x/{number}"]"#, services: services)
        #expect(
            errors == [
                "I.ice:7:10: error: GET /x/{number} of operation 'find' of service 'b' is at the same place as GET /x/{number} of operation 'find' of service 'a', from I.ice:7:10"
            ])
    }

    @Test("of two for one operation the configuration's counts, and twice the same is one")
    func replacing() async throws {
        var status = route("GET", "/x/{number}")
        status.status = 203
        let result = try await load(
            metadata: #"["http:get:/x/{number}", "http:post:/i/find"]"#,
            services: [ServiceConfiguration(name: "i", proxy: "i:tcp -h h -p 1")], routes: [status, status])
        let routes = try #require(result.gateway?.routes.routes, "\(result.errors)")
        #expect(
            routes.map { "\($0.method.token) \($0.path) \($0.successStatus)" } == [
                "POST /i/find 200", "GET /x/{number} 203", "POST /i/other 200",
            ])
        let otherwise = try await errors(routes: [status, route("GET", "/x/{number}")])
        #expect(otherwise.first?.hasSuffix("is there already, from gate.yaml:7, and says otherwise") == true)
    }

    @Test(
        "templated services",
        arguments: [
            ("s/{id}", "s/{id}:tcp -h h -p 1", nil), ("{a}/{b}", "{a}/{b}:tcp -h h -p 1", nil),
            ("s/{id}", "s:tcp -h h -p 1", "the proxy's identity has not the variable {id} of the service's name"),
            ("s", "s/{id}:tcp -h h -p 1", "the proxy has the variable {id}, the service's name has not"),
            ("s/{id}", "s/{id}{other}:tcp -h h -p 1", "the proxy has the variable {other}, the service's name has not"),
            ("s/{id}", "s/{id}:tcp -h {id} -p 1", "a variable may be in the identity of the proxy only"),
            ("s/{id}", "s -f {id}:tcp -h h -p 1", "a variable may be in the identity of the proxy only"),
            ("s/{id}", "s @ {id}", "a variable may be in the identity of the proxy only"),
            ("s/{id}", "s/{id} @ A{id}", "a variable may be in the identity of the proxy only"),
            ("{a}/{b}", "{a}{b}:tcp -h h -p 1", "has {b} right behind another variable"),
            ("s/{id}/{id}", "s/{id}:tcp -h h -p 1", "has {id} twice"),
            ("s/{a.b}", "s/{a.b}:tcp -h h -p 1", "{a.b} may have no dot"),
            ("s/x{id}", "s/{id}:tcp -h h -p 1", "a variable must be a whole segment"),
            ("docs/{id}", "s/{id}:tcp -h h -p 1", "starts with 'docs', which is reserved"),
            ("a+b/{id}", "s/{id}:tcp -h h -p 1", "may have letters, digits"),
        ])
    func templated(_ name: String, _ proxy: String, _ message: String?) async throws {
        let errors = try await errors(services: [ServiceConfiguration(name: name, proxy: proxy)])
        if let message {
            #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(errors)")
        } else {
            #expect(errors == [])
        }
    }

    @Test("a path of metadata must have the variables of a templated service")
    func templatedMetadata() async throws {
        let services = [ServiceConfiguration(name: "s/{id}", proxy: "s/{id}:tcp -h h -p 1")]
        #expect(
            try await errors(metadata: #"["http:get:/x/{number}"]"#, services: services) == [
                "I.ice:7:10: error: path '/x/{number}' has not the variable {id} of service 's/{id}'"
            ])
        #expect(try await errors(metadata: #"["http:get:/x/{id}/{number}"]"#, services: services) == [])
    }
}
