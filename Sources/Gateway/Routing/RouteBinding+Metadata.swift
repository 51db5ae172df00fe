package import Slice

extension RouteBinding {
    /// What the metadata of an operation say of bodies and status: `http:body:NAME`, `http:raw-body:NAME`,
    /// `http:response-body:NAME`, `http:status:N`.
    ///
    /// The routes that metadata give an operation have all of it. `POST /service/operation` has it when those are none;
    /// else it is the plain mapping, with the status.
    package init(_ operation: Operation, isDefault: Bool) {
        let info = operation.info
        successStatus = info.metadata("http:status").flatMap { Int($0) }
        let methods = ["get", "put", "post", "patch", "delete"]
        guard !isDefault || methods.allSatisfy({ info.metadata("http:\($0)") == nil }) else { return }
        bodyParameter = info.metadata("http:body")
        rawBodyParameter = info.metadata("http:raw-body")
        responseBody = info.metadata("http:response-body")
    }
}
