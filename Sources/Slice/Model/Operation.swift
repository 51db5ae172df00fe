/// An operation of an interface.
package struct Operation: Sendable {
    /// The type an operation returns.
    package struct Result: Sendable {
        /// The type as resolved.
        package var type: SliceType
        /// The tag of an optional one.
        package var tag: Int32?

        /// Makes a result of its parts.
        package init(type: SliceType, tag: Int32? = nil) {
            self.type = type
            self.tag = tag
        }
    }

    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The interface that declares it.
    package var interface: ScopedName
    /// It may be called twice.
    package var isIdempotent: Bool
    /// Nil when it is `void`.
    package var result: Result?
    /// Declaration order.
    package var inParameters: [Parameter]
    /// Declaration order.
    package var outParameters: [Parameter]
    /// As written in `throws`.
    package var exceptions: [ScopedName]

    /// Makes an operation of its parts.
    package init(
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
    package var canBeOneway: Bool { result == nil && outParameters.isEmpty && exceptions.isEmpty }
}

/// A parameter of an operation, in or out.
package struct Parameter: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The type as resolved.
    package var type: SliceType
    /// The tag of an optional parameter.
    package var tag: Int32?

    /// Makes a parameter of its parts.
    package init(info: ElementInfo, type: SliceType, tag: Int32? = nil) {
        self.info = info
        self.type = type
        self.tag = tag
    }
}
