package import Ice
import IceEncoding
import SliceJSON

extension CallableOperation {
    /// Invokes it and decodes what comes back.
    ///
    /// - Parameter inEncaps: of ``encode(_:_:)``.
    package func invoke(
        _ proxy: ObjectPrx, _ inEncaps: [UInt8], context: [String: String]?
    ) async -> CallOutcome {
        let future: InvocationFuture<InvocationResult>
        do {
            future = try proxy.ice_invokeAsync(operation: name, mode: mode, inEncaps: inEncaps, context: context)
        } catch {
            return .failure(error, wasSent: false)
        }
        do {
            let result = try await future.value
            return result.outEncaps.isEmpty ? .sent : decode(result)
        } catch let exception as LocalException {
            return .failure(exception, wasSent: future.isSent)
        } catch {
            return .failure(LocalException(.unknown, "\(error)"), wasSent: future.isSent)
        }
    }

    private func decode(_ result: InvocationResult) -> CallOutcome {
        do {
            return try result.outEncaps.withUnsafeBytes { bytes in
                var cursor = InputCursor(bytes)
                let (encoding, payload) = try cursor.readEncapsulation()
                var out = OutputBuffer(minimumCapacity: 256)
                guard !result.ok else {
                    try plan.decodeResult(payload, encoding: encoding, into: &out)
                    return .result(Array(out.bytes))
                }
                switch try plan.decodeException(payload, encoding: encoding, into: &out) {
                case .declared(let typeID, _): return .userException(typeID: typeID, json: Array(out.bytes))
                case .undeclared(let typeID):
                    return .failed(
                        LocalException(.unknownUser, "\(typeID), which \(name) does not declare"), .yes)
                case .unknown(let typeID):
                    return .failed(
                        LocalException(.unknownUser, "\(typeID), which the loaded Slice does not have"), .yes)
                }
            }
        } catch let error as MarshalError {
            return .failed(LocalException(.marshal, "the reply can't be read: \(error.message)"), .yes)
        } catch {
            return .failed(LocalException(.marshal, "the reply can't be read: \(error)"), .yes)
        }
    }
}
