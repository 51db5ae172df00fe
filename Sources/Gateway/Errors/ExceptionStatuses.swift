import Slice

/// HTTP statuses of user exceptions by type ID: the configuration's, else the `["http:status:N"]` of Slice, else, for
/// exceptions of Ice's own services, ``builtIn``. One that is not listed has that of its nearest base, and 422 without any.
package enum ExceptionStatuses {
    /// What an exception's status may be. A 503 says that nothing was executed, which is never so of an exception.
    private static func isAllowed(_ status: Int) -> Bool { (400...599).contains(status) && status != 503 }

    /// - Parameter configured: the leading `::` of a type ID may be left out.
    static func resolve(
        _ configured: [String: Int], _ model: SliceModel, _ errors: inout [ConfigurationError]
    ) -> [String: Int] {
        var result: [String: Int] = [:]
        for (name, exception) in model.exceptions.sorted(by: { $0.key < $1.key }) {
            guard let text = exception.info.metadata("http:status") else {
                result[name.text] = builtIn[name.text]
                continue
            }
            if let status = Int(text), isAllowed(status) {
                result[name.text] = status
            } else {
                errors.append(
                    ConfigurationError(
                        source: "\(exception.info.location)",
                        message: "\"http:status:\(text)\" on an exception needs a status of 400 to 599 other than 503"))
            }
        }
        for (typeID, status) in configured.sorted(by: { $0.key < $1.key }) {
            let name = ScopedName(typeID.hasPrefix("::") ? typeID : "::" + typeID)
            if model.exceptions[name] == nil {
                errors.append(
                    ConfigurationError(source: "exceptions", message: "exception \(name) is not in the Slice files"))
            }
            if !isAllowed(status) {
                errors.append(
                    ConfigurationError(
                        source: "exceptions",
                        message: "\(name): \(status) says that nothing was executed, an exception that something was"))
            }
            result[name.text] = status
        }
        return result
    }

    /// Of the exceptions of Ice's own services, 3.7 and 3.8.
    package static let builtIn: [String: Int] = [
        "::Ice::AdapterNotFoundException": 404,
        "::Ice::ObjectNotFoundException": 404,
        "::Ice::ServerNotFoundException": 404,
        "::Ice::InvalidReplicaGroupIdException": 400,
        "::Ice::AdapterAlreadyActiveException": 409,
        "::Ice::RemoteLoggerAlreadyAttachedException": 409,
        "::IceMX::UnknownMetricsView": 404,
        "::Glacier2::SessionNotExistException": 404,
        "::Glacier2::PermissionDeniedException": 403,
        "::Glacier2::CannotCreateSessionException": 403,
        "::IceBox::NoSuchServiceException": 404,
        "::IceBox::AlreadyStartedException": 409,
        "::IceBox::AlreadyStoppedException": 409,
        "::IceStorm::NoSuchTopic": 404,
        "::IceStorm::NoSuchLink": 404,
        "::IceStorm::TopicExists": 409,
        "::IceStorm::LinkExists": 409,
        "::IceStorm::AlreadySubscribed": 409,
        "::IceStorm::BadQoS": 400,
        "::IceStorm::InvalidSubscriber": 400,
        "::IceGrid::ApplicationNotExistException": 404,
        "::IceGrid::ServerNotExistException": 404,
        "::IceGrid::AdapterNotExistException": 404,
        "::IceGrid::NodeNotExistException": 404,
        "::IceGrid::RegistryNotExistException": 404,
        "::IceGrid::ObjectNotRegisteredException": 404,
        "::IceGrid::UserAccountNotFoundException": 404,
        "::IceGrid::FileNotAvailableException": 404,
        "::IceGrid::ObjectExistsException": 409,
        "::IceGrid::ObserverAlreadyRegisteredException": 409,
        "::IceGrid::AccessDeniedException": 409,
        "::IceGrid::AllocationException": 409,
        "::IceGrid::PermissionDeniedException": 403,
        "::IceGrid::BadSignalException": 400,
        "::IceGrid::ParseException": 400,
        "::IceGrid::NodeUnreachableException": 502,
        "::IceGrid::ServerUnreachableException": 502,
        "::IceGrid::RegistryUnreachableException": 502,
        "::IceGrid::ServerStartException": 500,
        "::IceGrid::ServerStopException": 500,
        "::IceGrid::PatchException": 500,
        "::IcePatch2::PartitionOutOfRangeException": 400,
        "::IcePatch2::FileSizeRangeException": 400,
        "::IcePatch2::FileAccessException": 500,
    ]
}
