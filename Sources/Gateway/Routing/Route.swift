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
        var isDatagram: Bool
        var plan: OperationPlan
        var identity: Identity
        var facet: String
        var context: RequestContext
        var encoding: EncodingVersion
        /// The invocation timeout in nanoseconds; 0 is none.
        var timeout: UInt64
    }

    private let call: Call
    package let method: HTTPRequest.Method
    /// The path as a template, `/servers/{id}/channels`; not what a request has instead of its variables.
    package let path: String
    package let binding: RouteBinding
    /// Which object is called; nil when it is ``identity``.
    let variables: ObjectVariables?
    /// The request's bytes up to the parameters.
    let template: RequestTemplate

    var serviceIndex: Int { call.serviceIndex }
    package var service: String { call.service }
    package var operation: Operation { call.operation }
    package var isTwoway: Bool { call.isTwoway }
    /// Whether the service's proxy is a datagram one, with which nothing can be called twoway.
    var isDatagram: Bool { call.isDatagram }
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
        _ call: Call, method: HTTPRequest.Method, path: String, binding: RouteBinding = RouteBinding(),
        variables: ObjectVariables? = nil
    ) {
        self.call = call
        self.method = method
        self.path = path
        self.binding = binding
        self.variables = variables
        template = RequestTemplate(
            identity: call.identity, facet: call.facet, operation: call.operation.info.name,
            mode: call.operation.isIdempotent ? .idempotent : .normal, context: call.context)
    }

    /// The same for one object of a templated service.
    func bound(to identity: Identity) -> Route {
        var call = call
        call.identity = identity
        return Route(call, method: method, path: path, binding: binding)
    }

    /// Appends the JSON arguments as an encapsulation.
    func encode(_ json: UnsafeRawBufferPointer, into buffer: inout OutputBuffer) throws(JSONError) {
        let start = buffer.beginEncapsulation(encoding)
        try plan.encodeArguments(json, encoding: encoding, into: &buffer)
        buffer.endEncapsulation(start)
    }
}
