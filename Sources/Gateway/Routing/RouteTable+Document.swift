package import OpenAPI
package import Slice
import SliceJSON

extension RouteTable {
    /// The OpenAPI document of exactly these routes.
    package func document(model: SliceModel, configuration: GatewayConfiguration) -> OpenAPIDocument {
        OpenAPIDocument.make(
            info: OpenAPIInfo(
                title: services.map(\.name).joined(separator: ", "), version: "1.0.0",
                description: "ZeroC Ice objects served as JSON over HTTP by icegate."),
            routes: routes.map { route in
                OpenAPIRoute(
                    method: route.method.token, path: route.path, service: route.service,
                    interface: services[route.serviceIndex].interface, operation: route.operation,
                    mode: route.isTwoway ? .twoway : .oneway, unsupportedReason: route.unsupportedReason)
            }, model: model, options: OpenAPIOptions(configuration))
    }
}

extension OpenAPIOptions {
    fileprivate init(_ configuration: GatewayConfiguration) {
        self.init(
            long: configuration.json.long == .string ? .string : .number,
            allowsUnknownMembers: configuration.json.unknownMembers == .ignore,
            hasProxyLinks: configuration.proxies.hasLinks,
            exceptionStatuses: configuration.exceptions,
            errors: ErrorCode.allCases.map { code in
                OpenAPIErrorRow(
                    code: code.rawValue, status: code.status, type: code.problemType,
                    title: code.title, dispatched: code.dispatched.rawValue,
                    isRetryable: code.isRetryable(idempotent: false))
            })
    }
}
