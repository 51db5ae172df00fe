/// What every named element has: where it stands, what was written about it.
public struct ElementInfo: Sendable {
    /// The name as declared, without a leading backslash.
    public var name: String
    public var location: SourceLocation
    /// Metadata directives in source order, `["a", "b:c"]` gives two.
    public var metadata: [Metadata]
    public var comment: DocComment?

    public init(name: String, location: SourceLocation, metadata: [Metadata] = [], comment: DocComment? = nil) {
        self.name = name
        self.location = location
        self.metadata = metadata
        self.comment = comment
    }

    /// The argument text of the first directive that is `directive` or starts with `directive:`; empty without argument.
    public func metadata(_ directive: String) -> String? {
        for item in metadata {
            if item.text == directive { return "" }
            if item.text.hasPrefix(directive + ":") { return String(item.text.dropFirst(directive.count + 1)) }
        }
        return nil
    }
}

/// One metadata directive, the text between the quotes.
public struct Metadata: Hashable, Sendable {
    public var text: String
    public var location: SourceLocation

    public init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }
}

/// A constant value, of a `const`, a default or an enumerator.
public enum ConstantValue: Hashable, Sendable {
    case bool(Bool)
    /// byte, short, int and long.
    case integer(Int64)
    /// float and double; a float is already rounded to single precision.
    case floating(Double)
    case string(String)
    /// The enumerator's name and value.
    case enumerator(String, Int32)
}

public struct EnumDefinition: Sendable {
    public struct Enumerator: Sendable {
        public var info: ElementInfo
        /// 0…2³¹−1.
        public var value: Int32

        public init(info: ElementInfo, value: Int32) {
            self.info = info
            self.value = value
        }
    }

    public var info: ElementInfo
    public var scopedName: ScopedName
    /// In declaration order, at least one.
    public var enumerators: [Enumerator]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    public init(info: ElementInfo, scopedName: ScopedName, enumerators: [Enumerator]) {
        self.info = info
        self.scopedName = scopedName
        self.enumerators = enumerators
    }

    /// The largest enumerator value; encoding 1.0 chooses its width by it.
    public var maximumValue: Int32 { enumerators.map(\.value).max() ?? 0 }
}

/// A data member of a struct, class or exception.
public struct DataMember: Sendable {
    public var info: ElementInfo
    public var type: SliceType
    /// The tag of an optional member.
    public var tag: Int32?
    public var defaultValue: ConstantValue?
    /// The constant named as the default, when one was.
    public var defaultConstant: ScopedName?

    public init(
        info: ElementInfo, type: SliceType, tag: Int32? = nil, defaultValue: ConstantValue? = nil,
        defaultConstant: ScopedName? = nil
    ) {
        self.info = info
        self.type = type
        self.tag = tag
        self.defaultValue = defaultValue
        self.defaultConstant = defaultConstant
    }
}

public struct StructDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    public init(info: ElementInfo, scopedName: ScopedName, members: [DataMember]) {
        self.info = info
        self.scopedName = scopedName
        self.members = members
    }
}

public struct ClassDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var compactID: Int32?
    public var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofClass:)``.
    public var members: [DataMember]
    /// Operations, interfaces implemented: accepted in the 3.7 spelling only.
    public var operations: [Operation]
    /// A forward declaration that no file defines.
    public var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    public init(
        info: ElementInfo, scopedName: ScopedName, compactID: Int32? = nil, base: ScopedName? = nil,
        members: [DataMember] = [], operations: [Operation] = [], isDeclaredOnly: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.compactID = compactID
        self.base = base
        self.members = members
        self.operations = operations
        self.isDeclaredOnly = isDeclaredOnly
    }
}

public struct ExceptionDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofException:)``.
    public var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal: Bool

    public init(
        info: ElementInfo, scopedName: ScopedName, base: ScopedName? = nil, members: [DataMember] = [],
        isLocal: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.base = base
        self.members = members
        self.isLocal = isLocal
    }
}

public struct SequenceDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var element: SliceType
    public var elementMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    public init(info: ElementInfo, scopedName: ScopedName, element: SliceType, elementMetadata: [Metadata] = []) {
        self.info = info
        self.scopedName = scopedName
        self.element = element
        self.elementMetadata = elementMetadata
    }
}

public struct DictionaryDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var key: SliceType
    public var value: SliceType
    public var keyMetadata: [Metadata]
    public var valueMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    public init(
        info: ElementInfo, scopedName: ScopedName, key: SliceType, value: SliceType, keyMetadata: [Metadata] = [],
        valueMetadata: [Metadata] = []
    ) {
        self.info = info
        self.scopedName = scopedName
        self.key = key
        self.value = value
        self.keyMetadata = keyMetadata
        self.valueMetadata = valueMetadata
    }
}

public struct ConstantDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    public var type: SliceType
    public var value: ConstantValue

    public init(info: ElementInfo, scopedName: ScopedName, type: SliceType, value: ConstantValue) {
        self.info = info
        self.scopedName = scopedName
        self.type = type
        self.value = value
    }
}

/// A parameter of an operation, in or out.
public struct Parameter: Sendable {
    public var info: ElementInfo
    public var type: SliceType
    /// The tag of an optional parameter.
    public var tag: Int32?

    public init(info: ElementInfo, type: SliceType, tag: Int32? = nil) {
        self.info = info
        self.type = type
        self.tag = tag
    }
}

public struct Operation: Sendable {
    public struct Result: Sendable {
        public var type: SliceType
        public var tag: Int32?

        public init(type: SliceType, tag: Int32? = nil) {
            self.type = type
            self.tag = tag
        }
    }

    public var info: ElementInfo
    /// The interface that declares it.
    public var interface: ScopedName
    public var isIdempotent: Bool
    /// Nil when it is `void`.
    public var result: Result?
    /// Declaration order.
    public var inParameters: [Parameter]
    /// Declaration order.
    public var outParameters: [Parameter]
    /// As written in `throws`.
    public var exceptions: [ScopedName]

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

public struct InterfaceDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName
    /// As written, without duplicates.
    public var bases: [ScopedName]
    /// Own operations only, in declaration order; see ``SliceModel/allOperations(of:)``.
    public var operations: [Operation]
    /// A forward declaration that no file defines.
    public var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal: Bool

    public init(
        info: ElementInfo, scopedName: ScopedName, bases: [ScopedName] = [], operations: [Operation] = [],
        isDeclaredOnly: Bool = false, isLocal: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.bases = bases
        self.operations = operations
        self.isDeclaredOnly = isDeclaredOnly
        self.isLocal = isLocal
    }
}

public struct ModuleDefinition: Sendable {
    public var info: ElementInfo
    public var scopedName: ScopedName

    public init(info: ElementInfo, scopedName: ScopedName) {
        self.info = info
        self.scopedName = scopedName
    }
}
