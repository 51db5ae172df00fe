import Ice
import IceEncoding
package import Slice
import SliceJSON

/// One operation of one service at one method and path, ready to be called: what its requests need that does not change.
package final class Route: Sendable {
    /// Of a templated service: how a request's path says which object it is for.
    struct ObjectVariables: Sendable {
        let identity: IdentityTemplate
        /// Where the values of the template's variables stand in the route's path, from 0.
        let segments: [Int]
    }

    /// What the routes of one operation of a service have in common.
    struct Call: Sendable {
        /// The index of the service in ``RouteTable/services``.
        var serviceIndex: Int
        var service: String
        var operation: Operation
        var isTwoway: Bool
        /// Whether no request may call it twoway.
        var isAlwaysOneway: Bool
        var isDatagram: Bool
        var isBatch: Bool
        var plan: OperationPlan
        var identity: Identity
        var facet: String
        var context: RequestContext
        var encoding: EncodingVersion
        /// The invocation timeout in nanoseconds; 0 is none.
        var timeout: UInt64
    }

    private let call: Call
    /// What it was made of by ``bound(by:)``.
    private let unbound: Route?
    package let method: HTTPRequest.Method
    /// The path as a template, `/servers/{id}/channels`; not what a request has instead of its variables.
    package let path: String
    package let binding: RouteBinding
    /// The binding, made ready.
    let requests: RequestBinding
    /// Which object is called; nil when it is ``identity``.
    let variables: ObjectVariables?
    /// The request's bytes up to the parameters.
    let template: RequestTemplate

    /// The one of ``RouteTable/routes``: there is no end to bound ones.
    var listed: Route { unbound ?? self }
    var serviceIndex: Int { call.serviceIndex }
    package var service: String { call.service }
    package var operation: Operation { call.operation }
    package var isTwoway: Bool { call.isTwoway }
    /// Whether no request may call it twoway: by `oneway` of the configuration, or by metadata.
    var isAlwaysOneway: Bool { call.isAlwaysOneway }
    /// Whether the service's proxy is a datagram one, with which nothing can be called twoway.
    var isDatagram: Bool { call.isDatagram }
    /// Whether its requests without answer go in batches.
    var isBatch: Bool { call.isBatch }
    var plan: OperationPlan { call.plan }
    /// The object that is called.
    var identity: Identity { call.identity }
    var facet: String { call.facet }
    var encoding: EncodingVersion { call.encoding }
    /// The invocation timeout in nanoseconds; 0 is none.
    var timeout: UInt64 { call.timeout }

    /// Why the operation can't be called; nil when it can.
    package var unsupportedReason: String? { plan.unsupported }

    /// The status of an answer that is no failure.
    package var successStatus: Int { isTwoway ? binding.successStatus ?? 200 : 202 }

    init(
        _ call: Call, method: HTTPRequest.Method, path: String, binding: RouteBinding,
        requests: RequestBinding, variables: ObjectVariables? = nil, unbound: Route? = nil
    ) {
        self.call = call
        self.unbound = unbound
        self.method = method
        self.path = path
        self.binding = binding
        self.requests = requests
        self.variables = variables
        template = RequestTemplate(
            identity: call.identity, facet: call.facet, operation: call.operation.info.name,
            mode: call.operation.isIdempotent ? .idempotent : .normal, context: call.context)
    }

    /// The route to the object that a path of it names; itself when its service is not templated.
    ///
    /// - Throws: ``Refusal`` when a value is no text that an identity can have.
    func bound(by path: UnsafeRawBufferPointer) throws(Refusal) -> Route {
        guard let variables else { return self }
        var values: [String] = []
        for index in variables.segments {
            let segment = PathSegments.segment(index, of: path) ?? UnsafeRawBufferPointer(rebasing: path[..<0])
            values.append(try PathSegments.text(of: segment, at: index))
        }
        var call = call
        call.identity = variables.identity.identity(values)
        return Route(
            call, method: method, path: self.path, binding: binding, requests: requests, unbound: self)
    }

    /// Appends the arguments of a request as an encapsulation.
    func encode(_ sources: ArgumentSources, into buffer: inout OutputBuffer) throws(Refusal) {
        let start = buffer.beginEncapsulation(encoding)
        try requests.encode(sources, encoding: encoding, into: &buffer)
        buffer.endEncapsulation(start)
    }
}
