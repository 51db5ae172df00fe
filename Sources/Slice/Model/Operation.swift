/// An operation of an interface.
public struct Operation: Sendable {
    /// The type an operation returns.
    public struct Result: Sendable {
        /// The type as resolved.
        public var type: SliceType
        /// The tag of an optional one.
        public var tag: Int32?

        /// Makes a result of its parts.
        public init(type: SliceType, tag: Int32? = nil) {
            self.type = type
            self.tag = tag
        }
    }

    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The interface that declares it.
    public var interface: ScopedName
    /// It may be called twice.
    public var isIdempotent: Bool
    /// Nil when it is `void`.
    public var result: Result?
    /// Declaration order.
    public var inParameters: [Parameter]
    /// Declaration order.
    public var outParameters: [Parameter]
    /// As written in `throws`.
    public var exceptions: [ScopedName]

    /// Makes an operation of its parts.
    public init(
        info: ElementInfo, interface: ScopedName, isIdempotent: Bool = false, result: Result? = nil,
        inParameters: [Parameter] = [], outParameters: [Parameter] = [], exceptions: [ScopedName] = []
    ) {
        self.info = info
        self.interface = interface
        self.isIdempotent = isIdempotent
        self.result = result
        self.inParameters = inParameters
        self.outParameters = outParameters
        self.exceptions = exceptions
    }

    /// True when a reply carries nothing: void, no out-parameters, no exceptions. Only such operations go oneway.
    public var canBeOneway: Bool { result == nil && outParameters.isEmpty && exceptions.isEmpty }
}

/// A parameter of an operation, in or out.
public struct Parameter: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The type as resolved.
    public var type: SliceType
    /// The tag of an optional parameter.
    public var tag: Int32?

    /// Makes a parameter of its parts.
    public init(info: ElementInfo, type: SliceType, tag: Int32? = nil) {
        self.info = info
        self.type = type
        self.tag = tag
    }
}
