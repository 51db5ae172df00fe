/// What every named element has: where it stands, what was written about it.
package struct ElementInfo: Sendable {
    /// The name as declared, without a leading backslash.
    package var name: String
    package var location: SourceLocation
    /// Metadata directives in source order, `["a", "b:c"]` gives two.
    package var metadata: [Metadata]
    package var comment: DocComment?

    package init(name: String, location: SourceLocation, metadata: [Metadata] = [], comment: DocComment? = nil) {
        self.name = name
        self.location = location
        self.metadata = metadata
        self.comment = comment
    }

    /// The argument text of the first directive that is `directive` or starts with `directive:`; empty without argument.
    package func metadata(_ directive: String) -> String? {
        for item in metadata {
            if item.text == directive { return "" }
            if item.text.hasPrefix(directive + ":") { return String(item.text.dropFirst(directive.count + 1)) }
        }
        return nil
    }
}

/// One metadata directive, the text between the quotes.
package struct Metadata: Hashable, Sendable {
    package var text: String
    package var location: SourceLocation

    package init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }
}

/// A constant value, of a `const`, a default or an enumerator.
package enum ConstantValue: Hashable, Sendable {
    case bool(Bool)
    /// byte, short, int and long.
    case integer(Int64)
    /// float and double; a float is already rounded to single precision.
    case floating(Double)
    case string(String)
    /// The enumerator's name and value.
    case enumerator(String, Int32)
}

package struct EnumDefinition: Sendable {
    package struct Enumerator: Sendable {
        package var info: ElementInfo
        /// 0…2³¹−1.
        package var value: Int32

        package init(info: ElementInfo, value: Int32) {
            self.info = info
            self.value = value
        }
    }

    package var info: ElementInfo
    package var scopedName: ScopedName
    /// In declaration order, at least one.
    package var enumerators: [Enumerator]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    package init(info: ElementInfo, scopedName: ScopedName, enumerators: [Enumerator]) {
        self.info = info
        self.scopedName = scopedName
        self.enumerators = enumerators
    }

    /// The largest enumerator value; encoding 1.0 chooses its width by it.
    package var maximumValue: Int32 { enumerators.map(\.value).max() ?? 0 }
}

/// A data member of a struct, class or exception.
package struct DataMember: Sendable {
    package var info: ElementInfo
    package var type: SliceType
    /// The tag of an optional member.
    package var tag: Int32?
    package var defaultValue: ConstantValue?
    /// The constant named as the default, when one was.
    package var defaultConstant: ScopedName?

    package init(
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

package struct StructDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    package init(info: ElementInfo, scopedName: ScopedName, members: [DataMember]) {
        self.info = info
        self.scopedName = scopedName
        self.members = members
    }
}

package struct ClassDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var compactID: Int32?
    package var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofClass:)``.
    package var members: [DataMember]
    /// Operations, interfaces implemented: accepted in the 3.7 spelling only.
    package var operations: [Operation]
    /// A forward declaration that no file defines.
    package var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    package init(
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

package struct ExceptionDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofException:)``.
    package var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal: Bool

    package init(
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

package struct SequenceDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var element: SliceType
    package var elementMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    package init(info: ElementInfo, scopedName: ScopedName, element: SliceType, elementMetadata: [Metadata] = []) {
        self.info = info
        self.scopedName = scopedName
        self.element = element
        self.elementMetadata = elementMetadata
    }
}

package struct DictionaryDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var key: SliceType
    package var value: SliceType
    package var keyMetadata: [Metadata]
    package var valueMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    package init(
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

package struct ConstantDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    package var type: SliceType
    package var value: ConstantValue

    package init(info: ElementInfo, scopedName: ScopedName, type: SliceType, value: ConstantValue) {
        self.info = info
        self.scopedName = scopedName
        self.type = type
        self.value = value
    }
}

/// A parameter of an operation, in or out.
package struct Parameter: Sendable {
    package var info: ElementInfo
    package var type: SliceType
    /// The tag of an optional parameter.
    package var tag: Int32?

    package init(info: ElementInfo, type: SliceType, tag: Int32? = nil) {
        self.info = info
        self.type = type
        self.tag = tag
    }
}

package struct Operation: Sendable {
    package struct Result: Sendable {
        package var type: SliceType
        package var tag: Int32?

        package init(type: SliceType, tag: Int32? = nil) {
            self.type = type
            self.tag = tag
        }
    }

    package var info: ElementInfo
    /// The interface that declares it.
    package var interface: ScopedName
    package var isIdempotent: Bool
    /// Nil when it is `void`.
    package var result: Result?
    /// Declaration order.
    package var inParameters: [Parameter]
    /// Declaration order.
    package var outParameters: [Parameter]
    /// As written in `throws`.
    package var exceptions: [ScopedName]

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

package struct InterfaceDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName
    /// As written, without duplicates.
    package var bases: [ScopedName]
    /// Own operations only, in declaration order; see ``SliceModel/allOperations(of:)``.
    package var operations: [Operation]
    /// A forward declaration that no file defines.
    package var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal: Bool

    package init(
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

package struct ModuleDefinition: Sendable {
    package var info: ElementInfo
    package var scopedName: ScopedName

    package init(info: ElementInfo, scopedName: ScopedName) {
        self.info = info
        self.scopedName = scopedName
    }
}
