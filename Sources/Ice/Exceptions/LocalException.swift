public import IceEncoding

/// A failure that the runtime reports: of a connection, an invocation, a dispatch or an argument.
///
/// Two are equal when everything but the text is.
public struct LocalException: Error, Sendable {
    /// Which exception it is.
    public var code: Code
    /// What, where, the numbers; never payload bytes. Not meant to be parsed.
    public var message: String
    /// The object that was called, for the three `…NotExist` codes.
    public var target: Target?
    /// What a server answered with, for ``Code/dispatch`` and the codes that have a reply status of their own.
    public var replyStatus: ReplyStatus?
    /// Whether this program closed the connection itself, for ``Code/connectionAborted`` and ``Code/connectionClosed``.
    public var closedByApplication = false

    /// What a request was sent to.
    public struct Target: Hashable, Sendable {
        /// The object.
        public var identity: Identity
        /// Empty for the default facet.
        public var facet: String
        /// The operation that was called.
        public var operation: String

        /// Names an operation of an object.
        public init(identity: Identity, facet: String, operation: String) {
            self.identity = identity
            self.facet = facet
            self.operation = operation
        }
    }

    /// - Parameter message: for humans.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
        replyStatus = code.replyStatus
    }

    /// The Slice type id Ice knows the exception by, as `::Ice::ConnectionRefusedException`.
    public var iceId: String { "::Ice::\(code)Exception" }
}

extension LocalException.Code {
    /// Lets `catch` name a code: `catch LocalException.Code.objectNotExist { … }`.
    public static func ~= (code: LocalException.Code, error: any Error) -> Bool {
        (error as? LocalException)?.code == code
    }
}

extension LocalException: Hashable {
    /// Compares everything but the message.
    public static func == (left: LocalException, right: LocalException) -> Bool {
        left.code == right.code && left.target == right.target && left.replyStatus == right.replyStatus
            && left.closedByApplication == right.closedByApplication
    }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(target)
        hasher.combine(replyStatus)
        hasher.combine(closedByApplication)
    }
}

extension LocalException: CustomStringConvertible {
    /// The type id and the message.
    public var description: String { "\(iceId): \(message)" }
}
