/// Whether a failed attempt of an invocation is made again. At-most-once is never broken. Reference: Ice manual,
/// "Automatic Retries".
struct RetryPolicy {
    /// Pauses before retries, in milliseconds: as many as there are retries.
    let intervals: [Int]

    /// - Parameters:
    ///   - wasSent: whether this attempt's request left completely.
    ///   - attempts: those made before, refused ones not counted.
    ///   - isIndirect: whether another attempt may find the object elsewhere.
    /// - Returns: the pause in milliseconds; nil when the invocation has failed.
    func pause(
        after exception: LocalException, wasSent: Bool, isIdempotent: Bool, attempts: Int, isIndirect: Bool = false
    ) -> Int? {
        let isNowhere = isIndirect && exception.code == .objectNotExist
        guard !wasSent || isIdempotent || exception.code == .closeConnection || isNowhere else { return nil }
        switch exception.code {
        case .objectNotExist where isIndirect, .noEndpoint where isIndirect: break
        case .objectNotExist, .facetNotExist, .operationNotExist, .marshal, .communicatorDestroyed, .invocationTimeout,
            .invocationCanceled, .objectAdapterDeactivated, .objectAdapterDestroyed, .noEndpoint, .datagramLimit:
            return nil
        case .connectionAborted where exception.closedByApplication: return nil
        case .connectionClosed where exception.closedByApplication: return nil
        default: break
        }
        if attempts < intervals.count { return intervals[attempts] }
        // A graceful close proves that nothing was executed: it gets one more attempt than the list has.
        return attempts == intervals.count && exception.code == .closeConnection ? 0 : nil
    }
}
