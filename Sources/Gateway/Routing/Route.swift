import Ice
import IceEncoding
package import Slice
import SliceJSON

/// One operation of one service, ready to be called: what its requests need that does not change.
package final class Route: Sendable {
    /// The index of the service in ``RouteTable/services``.
    let serviceIndex: Int
    package let service: String
    package let path: String
    package let operation: Operation
    package let isTwoway: Bool
    /// Whether the service's proxy is a datagram one, with which nothing can be called twoway.
    let isDatagram: Bool
    /// Whether its requests without answer go in batches.
    let isBatch: Bool
    let plan: OperationPlan
    /// The request's bytes up to the parameters.
    let template: RequestTemplate
    let encoding: EncodingVersion
    /// The invocation timeout in nanoseconds; 0 is none.
    let timeout: UInt64

    /// Why the operation can't be called; nil when it can.
    package var unsupportedReason: String? { plan.unsupported }

    init(
        serviceIndex: Int, service: String, operation: Operation, isTwoway: Bool, isDatagram: Bool,
        isBatch: Bool, plan: OperationPlan, template: RequestTemplate, encoding: EncodingVersion, timeout: UInt64
    ) {
        self.serviceIndex = serviceIndex
        self.service = service
        path = "/\(service)/\(operation.info.name)"
        self.operation = operation
        self.isTwoway = isTwoway
        self.isDatagram = isDatagram
        self.isBatch = isBatch
        self.plan = plan
        self.template = template
        self.encoding = encoding
        self.timeout = timeout
    }

    /// Appends the JSON arguments as an encapsulation.
    func encode(_ json: UnsafeRawBufferPointer, into buffer: inout OutputBuffer) throws(JSONError) {
        let start = buffer.beginEncapsulation(encoding)
        try plan.encodeArguments(json, encoding: encoding, into: &buffer)
        buffer.endEncapsulation(start)
    }
}
