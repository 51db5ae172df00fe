import IceEncoding

extension LocalException {
    /// Which exception of Ice it is. Open: later versions may add codes, so a `switch` needs a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case noEndpoint = "NoEndpoint"
            case dns = "DNS"
            case connectFailed = "ConnectFailed"
            case connectionRefused = "ConnectionRefused"
            case connectTimeout = "ConnectTimeout"
            case closeTimeout = "CloseTimeout"
            case closeConnection = "CloseConnection"
            case connectionLost = "ConnectionLost"
            case connectionAborted = "ConnectionAborted"
            case connectionClosed = "ConnectionClosed"
            case invocationTimeout = "InvocationTimeout"
            case invocationCanceled = "InvocationCanceled"
            case communicatorDestroyed = "CommunicatorDestroyed"
            case protocolError = "Protocol"
            case marshal = "Marshal"
            case featureNotSupported = "FeatureNotSupported"
            case twowayOnly = "TwowayOnly"
            case onewayOnly = "OnewayOnly"
            case timeout = "Timeout"
            case datagramLimit = "DatagramLimit"
            case parse = "Parse"
            case property = "Property"
            case file = "File"
            case socket = "Socket"
            case security = "Security"
            case objectAdapterDeactivated = "ObjectAdapterDeactivated"
            case objectAdapterDestroyed = "ObjectAdapterDestroyed"
            case objectAdapterIdInUse = "ObjectAdapterIdInUse"
            case initialization = "Initialization"
            case illegalIdentity = "IllegalIdentity"
            case alreadyRegistered = "AlreadyRegistered"
            case notRegistered = "NotRegistered"
            case objectNotExist = "ObjectNotExist"
            case facetNotExist = "FacetNotExist"
            case operationNotExist = "OperationNotExist"
            case unknownLocal = "UnknownLocal"
            case unknownUser = "UnknownUser"
            case unknown = "Unknown"
            case dispatch = "Dispatch"
        }

        private let name: Name

        private init(_ name: Name) { self.name = name }

        /// The proxy has no endpoint that could be used.
        public static let noEndpoint = Code(.noEndpoint)
        /// The host name did not resolve.
        public static let dns = Code(.dns)
        /// No connection could be had, for another reason than those below.
        public static let connectFailed = Code(.connectFailed)
        /// Nobody listens at that port.
        public static let connectionRefused = Code(.connectionRefused)
        /// The connection was not established and validated in time.
        public static let connectTimeout = Code(.connectTimeout)
        /// The peer did not finish a graceful close in time.
        public static let closeTimeout = Code(.closeTimeout)
        /// The peer closed the connection gracefully: it did not execute what it has not answered.
        public static let closeConnection = Code(.closeConnection)
        /// The connection broke.
        public static let connectionLost = Code(.connectionLost)
        /// This side gave the connection up.
        public static let connectionAborted = Code(.connectionAborted)
        /// This side closed the connection gracefully.
        public static let connectionClosed = Code(.connectionClosed)
        /// No answer within the invocation timeout.
        public static let invocationTimeout = Code(.invocationTimeout)
        /// The caller cancelled the invocation.
        public static let invocationCanceled = Code(.invocationCanceled)
        /// The communicator is or was being destroyed.
        public static let communicatorDestroyed = Code(.communicatorDestroyed)
        /// The peer broke the Ice protocol.
        public static let protocolError = Code(.protocolError)
        /// Bytes that could not be unmarshaled, or a value that could not be marshaled.
        public static let marshal = Code(.marshal)
        /// Something Ice has and this runtime does not.
        public static let featureNotSupported = Code(.featureNotSupported)
        /// A oneway proxy was asked for results.
        public static let twowayOnly = Code(.twowayOnly)
        /// A twoway proxy was used for an operation that is oneway by its definition.
        public static let onewayOnly = Code(.onewayOnly)
        /// A wait was over before what it waited for; see ``InvocationFuture/wait(timeout:)``.
        public static let timeout = Code(.timeout)
        /// A request that no datagram can carry.
        public static let datagramLimit = Code(.datagramLimit)
        /// A text that is no proxy, endpoint or identity.
        public static let parse = Code(.parse)
        /// A property whose value is not what its name needs.
        public static let property = Code(.property)
        /// A file that can't be read.
        public static let file = Code(.file)
        /// A system call failed.
        public static let socket = Code(.socket)
        /// TLS could not be established, or a certificate can't be used.
        public static let security = Code(.security)
        /// The object adapter has been deactivated.
        public static let objectAdapterDeactivated = Code(.objectAdapterDeactivated)
        /// The object adapter has been destroyed.
        public static let objectAdapterDestroyed = Code(.objectAdapterDestroyed)
        /// Another server has registered the adapter id with the locator.
        public static let objectAdapterIdInUse = Code(.objectAdapterIdInUse)
        /// Something can't be made as its properties say.
        public static let initialization = Code(.initialization)
        /// The name of an identity is empty.
        public static let illegalIdentity = Code(.illegalIdentity)
        /// There is a servant with that identity and facet already, or something else with that name.
        public static let alreadyRegistered = Code(.alreadyRegistered)
        /// There is no servant with that identity and facet, or a locator knows none of that name.
        public static let notRegistered = Code(.notRegistered)
        /// The server has no such object.
        public static let objectNotExist = Code(.objectNotExist)
        /// The object has no such facet.
        public static let facetNotExist = Code(.facetNotExist)
        /// The object has no such operation.
        public static let operationNotExist = Code(.operationNotExist)
        /// The server met a local exception while it dispatched.
        public static let unknownLocal = Code(.unknownLocal)
        /// The servant threw a user exception that the operation does not declare.
        public static let unknownUser = Code(.unknownUser)
        /// The servant failed with something that is no Ice exception.
        public static let unknown = Code(.unknown)
        /// Any other reply status; see ``LocalException/replyStatus``.
        public static let dispatch = Code(.dispatch)

        /// The name without `Exception`, as `ConnectionRefused`.
        public var description: String { name.rawValue }

        /// What a server answers with when a dispatch ends in such an exception.
        var replyStatus: ReplyStatus? {
            switch name {
            case .objectNotExist: ReplyStatus.objectNotExist
            case .facetNotExist: ReplyStatus.facetNotExist
            case .operationNotExist: ReplyStatus.operationNotExist
            case .unknownLocal: .unknownLocalException
            case .unknownUser: .unknownUserException
            case .unknown: .unknownException
            default: nil
            }
        }

        /// The code that stands for a reply status other than ok and user exception.
        init(status: ReplyStatus) {
            switch status {
            case .objectNotExist: self.init(Name.objectNotExist)
            case .facetNotExist: self.init(Name.facetNotExist)
            case .operationNotExist: self.init(Name.operationNotExist)
            case .unknownLocalException: self.init(Name.unknownLocal)
            case .unknownUserException: self.init(Name.unknownUser)
            case .unknownException: self.init(Name.unknown)
            default: self.init(Name.dispatch)
            }
        }
    }
}
