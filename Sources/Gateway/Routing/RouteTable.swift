package import Ice
import IceEncoding
package import Slice

/// All services and their routes: built once from configuration and Slice, then read by every loop.
package struct RouteTable: Sendable {
    package struct Service: Sendable {
        package let name: String
        /// Its identity has the variables as they are written when the service is templated.
        package let proxy: ObjectPrx
        package let interface: ScopedName
        /// Whether ``name`` is a template: its proxy is of no object.
        package let isTemplated: Bool

        /// Whether where its objects are has to be found out for each: templated, and by identity only.
        var hasTargetForEachObject: Bool {
            isTemplated && (proxy.isRouted || proxy.ice_getEndpoints().isEmpty && proxy.ice_getAdapterId().isEmpty)
        }
    }

    package let services: [Service]
    /// In the order of the services, operations in Slice order, bases first; those of the configuration behind them.
    package let routes: [Route]
    /// The most common routes: POST, and no variable.
    private var paths = PathTable<Route>()
    private var trie = RouteTrie<Route>()

    /// - Parameter routes: no two with the same method and shape.
    init(services: [Service], routes: [(template: PathTemplate, route: Route)]) {
        self.services = services
        self.routes = routes.map(\.route)
        for name in ServiceName.reserved { trie.close(name) }
        for (template, route) in routes {
            if route.method == .post, !template.hasVariables { _ = paths.insert(route.path, route) }
            _ = trie.insert(route.method, template, route)
        }
    }

    /// The route of a method at a path as it came, percent-encoded or not; an encoded slash or NUL is never a separator.
    func find(_ method: HTTPRequest.Method, _ path: UnsafeRawBufferPointer) -> RouteSearch<Route> {
        // A path of literals beats all others.
        if method == .post, let route = paths.find(path) { return .found(route) }
        return trie.find(method, path)
    }
}
