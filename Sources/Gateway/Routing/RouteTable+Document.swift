package import OpenAPI
package import Slice

extension RouteTable {
    /// The OpenAPI document of exactly these routes.
    package func document(model: SliceModel) -> OpenAPIDocument {
        OpenAPIDocument.make(
            info: OpenAPIInfo(title: services.map(\.name).joined(separator: ", "), version: "1.0.0"),
            routes: routes.map { route in
                OpenAPIRoute(
                    method: "POST", path: route.path, service: route.service,
                    interface: services[route.serviceIndex].interface, operation: route.operation,
                    mode: route.isTwoway ? "twoway" : "oneway", unsupportedReason: route.unsupportedReason)
            }, model: model)
    }
}
