/// What is wrong with a JSON text, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// Not JSON: RFC 8259 is broken at ``JSONError/offset``.
        case malformed
        /// JSON of another kind than the Slice type takes.
        case wrongType
        /// A number outside the range of the Slice type.
        case outOfRange
        case unknownMember
        case missingMember
        /// A member or a dictionary key that stands there twice.
        case duplicateMember
        /// A string that names no enumerator.
        case unknownEnumerator
        /// A dictionary key that is not the canonical spelling of a value of its type.
        case badKey
        /// A string that is not base64.
        case badBase64
        /// Not UTF-8, or an escaped surrogate without its other half.
        case badString
        /// Nested deeper than ``JSONOptions/depth``.
        case tooDeep
        /// Longer than Ice can carry.
        case tooLarge
        /// A `@type` that is missing, unknown, or not one of the declared class.
        case badType
        /// A `@ref` to no object, or an `@id` that two objects have.
        case badReference
        /// `@slices` or `@instances` that were not given out so.
        case badSlices
        /// A value that the encoding of the proxy can't carry.
        case notInEncoding
        /// A proxy that the gateway's configuration doesn't let in.
        case refusedProxy
        /// The operation's plan is unsupported, or the encoding is.
        case unsupported
    }

    /// Which part of a request it is about.
    package enum Source: Hashable, Sendable {
        /// The JSON text.
        case body
        /// A parameter that comes from the path, the query or the route, which ``JSONError/message`` names. There is no
        /// pointer, line or column then.
        case parameter
    }

    package var code: Code
    package var source = Source.body
    /// JSON Pointer (RFC 6901) of the value, member or key it is about.
    package var pointer: String
    /// What was expected and what was found, without the pointer.
    package var message: String
    /// In bytes from the start of the text.
    package var offset: Int
    /// From 1.
    package var line: Int
    /// In bytes, from 1.
    package var column: Int

    package init(_ code: Code, pointer: String = "", message: String, offset: Int = 0, line: Int = 1, column: Int = 1) {
        self.code = code
        self.pointer = pointer
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
    }

    init(parameter code: Code, _ message: String) {
        self.init(code, message: message)
        source = .parameter
    }

    /// `/items/3/qty: expected an integer …, got 3.5`, or `line 1, column 8: …` for text that is not JSON.
    package var description: String {
        switch code {
        case _ where source == .parameter: message
        case .malformed, .badString: "line \(line), column \(column): \(message)"
        default: pointer.isEmpty ? message : "\(pointer): \(message)"
        }
    }
}
