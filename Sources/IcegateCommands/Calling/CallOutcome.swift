package import Ice

/// What a call came to.
package enum CallOutcome: Sendable {
    /// JSON of the results.
    case result([UInt8])
    /// Nobody answers.
    case sent
    /// One that the operation declares, with its JSON.
    case userException(typeID: String, json: [UInt8])
    case failed(LocalException, Execution)

    /// Whether the servant ran.
    package enum Execution: Sendable {
        case no, maybe, yes
        /// The server answers so before it calls a servant, but a servant may, too.
        case refused

        /// For people.
        package var text: String {
            switch self {
            case .no: "not executed: it did not get to the servant; repeating it is safe"
            case .maybe: "may have been executed; repeat it only when doing it twice does no harm"
            case .yes: "executed: the servant ran"
            case .refused: "the server's answer: nothing was executed, unless the servant threw this itself"
            }
        }
    }

    /// 0 ok, 1 user exception, 2 local exception.
    package var exitStatus: Int32 {
        switch self {
        case .result, .sent: 0
        case .userException: 1
        case .failed: 2
        }
    }

    /// - Parameter wasSent: of the invocation that failed so.
    static func failure(_ exception: LocalException, wasSent: Bool) -> CallOutcome {
        let execution: Execution =
            switch exception.code {
            case .unknown, .unknownLocal, .unknownUser: .yes
            case .objectNotExist, .facetNotExist, .operationNotExist, .dispatch: .refused
            // A server that closes gracefully has not executed what it did not answer.
            case .closeConnection: .no
            default: wasSent ? .maybe : .no
            }
        return .failed(exception, execution)
    }
}
