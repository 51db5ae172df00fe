package import Ice
import IceEncoding
import OpenAPI
import Slice
import SliceJSON

/// An operation that can be called with JSON.
package struct CallableOperation: Sendable {
    let operation: Operation
    let plan: OperationPlan
    /// As requests name it.
    package let name: String
    let model: SliceModel

    var mode: OperationMode { operation.isIdempotent ? .idempotent : .normal }
    /// Whether nothing comes back, so that it may go oneway.
    package var canBeOneway: Bool { operation.canBeOneway }
    /// `string greet(string name)`.
    package var signature: String { SliceSignature.text(operation, name: name) }
    /// Parameters as the OpenAPI document shows them; nil when there are none, or too many for an example.
    package var example: String? {
        operation.inParameters.isEmpty
            ? nil : OperationExample.arguments(of: operation, in: model).map(JSONIndent.joined)
    }

    /// Encodes the in-parameters.
    ///
    /// - Parameter argument: nil: none was given.
    /// - Throws: ``CallFailure`` that shows where the JSON is wrong.
    package func encode(_ argument: JSONArgument?, _ proxy: ObjectPrx) throws(CallFailure) -> [UInt8] {
        if let reason = plan.unsupported { throw CallFailure("\(name) can't be called: \(reason)", hint: nil) }
        if argument == nil, plan.needsArguments, let example {
            throw CallFailure("\(name) needs its parameters as JSON", hint: "as: \(ShellText.quoted(example))")
        }
        var out = OutputBuffer(minimumCapacity: 256)
        let encoding = proxy.ice_getEncodingVersion()
        let start = out.beginEncapsulation(encoding)
        let text = argument?.text ?? []
        do throws(JSONError) {
            try text.withUnsafeBufferPointer { bytes throws(JSONError) in
                try plan.encodeArguments(UnsafeRawBufferPointer(bytes), encoding: encoding, into: &out)
            }
        } catch {
            let hint = error.code == .notInEncoding ? nil : example.map { "\n\($0)" }
            throw CallFailure(
                report: JSONArgument.diagnostic(error, argument) + "\nhint: \(signature)"
                    + (hint.map { " takes JSON such as" + $0 } ?? ""))
        }
        out.endEncapsulation(start)
        return Array(out.bytes)
    }
}
