/// What the parser makes of the tokens: the definitions as written, nothing looked up.
enum Syntax {
    /// A name being declared or referred to.
    struct Name {
        /// Without backslashes; scoped references keep their `::`.
        var text: String
        var span: Span
    }

    struct Directive {
        var text: String
        var span: Span
    }

    /// What may stand before any element.
    struct Prefix {
        var metadata: [Directive] = []
        /// An index into the doc comments; −1 without one.
        var comment: Int32 = -1
        /// The first token of the element.
        var span: Span
    }

    struct TypeUse {
        enum Kind {
            case bool, byte, short, int, long, float, double, string, value, object, objectProxy
            case named(String)
            case proxy(String)
        }

        var kind: Kind
        var span: Span
    }

    struct Literal {
        enum Kind {
            case integer(Int64)
            case floating(Double)
            case string(String)
            case bool(Bool)
            case name(String)
        }

        var kind: Kind
        /// As written.
        var text: String
        var span: Span
    }

    struct Member {
        var prefix: Prefix
        var type: TypeUse
        var name: Name
        var tag: Literal?
        var initializer: Literal?
    }

    struct Parameter {
        var prefix: Prefix
        var type: TypeUse
        var name: Name
        var tag: Literal?
        var isOut: Bool
    }

    struct Operation {
        var prefix: Prefix
        var isIdempotent: Bool
        /// Nil when it is void.
        var result: TypeUse?
        var resultTag: Literal?
        var name: Name
        var parameters: [Parameter]
        var exceptions: [Name]
        /// Something in it couldn't be read and was reported.
        var isBroken = false
    }

    struct Enumerator {
        var prefix: Prefix
        var name: Name
        var value: Literal?
    }

    /// A type with members or operations.
    struct Body {
        var members: [Member] = []
        var operations: [Operation] = []
        /// Something in it couldn't be read and was reported.
        var isBroken = false
    }

    struct Definition {
        enum Kind {
            /// `module A::B` is a module in a module; the inner one has `isNested`.
            case module([Definition], isNested: Bool)
            case classDeclaration
            case classDefinition(compactID: Literal?, base: Name?, interfaces: [Name], Body)
            case interfaceDeclaration
            case interfaceDefinition(bases: [Name], Body)
            case exception(base: Name?, Body)
            case structure(Body)
            case sequence(TypeUse, [Directive])
            case dictionary(key: TypeUse, [Directive], value: TypeUse, [Directive])
            case enumeration([Enumerator], isBroken: Bool)
            case constant(TypeUse, Literal)
            /// It couldn't be read, but its name is known: uses of it are not reported.
            case broken
        }

        var prefix: Prefix
        var isLocal: Bool
        var name: Name
        var kind: Kind
    }

    struct File {
        var definitions: [Definition] = []
        var metadata: [(directive: Directive, isMain: Bool)] = []
    }
}
