public import Ice

/// What a ``SliceServant`` answers a call with.
public enum MockAnswer: Sendable, Hashable {
    /// An object of the results: `returnValue`, then the out-parameters. An empty one when there are none.
    case result(JSONValue)
    /// A user exception: an object with its type id as `@type`, and all its members.
    case `throw`(JSONValue)
    /// Another status of a reply, as ``ReplyStatus/objectNotExist``, and a text where the status has room for one.
    case status(ReplyStatus, String)
    /// The example that the OpenAPI document shows for the operation.
    case example

    /// A result that is nothing but a return value.
    public static func returns(_ value: JSONValue) -> MockAnswer { .result(["returnValue": value]) }

    /// A result of an operation that has none.
    public static let nothing = MockAnswer.result([:])

    /// As a member of a recorded call: its name and its value.
    package var json: JSONValue.Member {
        switch self {
        case .result(let value): JSONValue.Member("result", value)
        case .throw(let value): JSONValue.Member("exception", value)
        case .status(let status, let text):
            JSONValue.Member(
                "failure", ["status": .string(StatusName.name(of: status)), "message": .string(text)])
        case .example: JSONValue.Member("result", .null)
        }
    }
}

/// The statuses of replies by the names of their exceptions.
enum StatusName {
    static let all: [(name: String, status: ReplyStatus)] = [
        ("ObjectNotExist", .objectNotExist), ("FacetNotExist", .facetNotExist),
        ("OperationNotExist", .operationNotExist), ("UnknownLocal", .unknownLocalException),
        ("UnknownUser", .unknownUserException), ("Unknown", .unknownException), ("InvalidData", .invalidData),
        ("Unauthorized", .unauthorized), ("NotSupported", .notSupported),
    ]

    /// `ObjectNotExist`, or `ObjectNotExistException`.
    static func status(_ name: String) -> ReplyStatus? {
        let short = name.hasSuffix("Exception") ? String(name.dropLast("Exception".count)) : name
        return all.first { $0.name == short }?.status
    }

    /// The name, or the number of a status without one.
    static func name(of status: ReplyStatus) -> String {
        all.first { $0.status == status }?.name ?? String(status.rawValue)
    }
}
