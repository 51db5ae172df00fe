import IceEncoding

/// Explains a ``JSONFailure``: where it is as JSON Pointer, line and column, what was expected and what was found.
struct FailureReport {
    private let tables: PlanTables
    private let text: UnsafeRawBufferPointer
    private let options: JSONOptions
    /// Why a proxy was refused.
    private let refusal: String

    init(_ tables: PlanTables, _ text: UnsafeRawBufferPointer, _ options: JSONOptions, refusal: String) {
        self.tables = tables
        self.text = text
        self.options = options
        self.refusal = refusal
    }

    func explain(_ failure: JSONFailure) -> JSONError {
        let offset = min(max(Int(failure.offset), 0), text.count)
        var line = 1
        var column = 1
        for byte in text[..<offset] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        var pointer = JSONPointerFinder.pointer(to: offset, in: text)
        if failure.reason == .missingMember, failure.subject >= 0 {
            pointer += "/" + JSONPointerFinder.escaped(String(decoding: tables.name(failure.subject), as: UTF8.self))
        }
        return JSONError(
            code(failure.reason), pointer: pointer, message: message(failure), offset: offset, line: line,
            column: column)
    }

    private func code(_ reason: JSONFailure.Reason) -> JSONError.Code {
        switch reason {
        case .empty, .byteOrderMark, .unexpectedEnd, .unexpectedCharacter, .trailingText, .badLiteral, .badNumber,
            .controlCharacter, .badEscape:
            .malformed
        case .notUTF8, .loneSurrogate: .badString
        case .wrongType, .notInteger: .wrongType
        case .outOfRange: .outOfRange
        case .unknownMember: .unknownMember
        case .duplicateMember, .duplicateKey: .duplicateMember
        case .missingMember: .missingMember
        case .badKey: .badKey
        case .unknownEnumerator: .unknownEnumerator
        case .badBase64: .badBase64
        case .tooDeep, .graphTooDeep: .tooDeep
        case .unknownType, .missingType, .wrongClass: .badType
        case .unknownReference, .badReference, .duplicateID: .badReference
        case .badSlices: .badSlices
        case .slicesInV10, .optionalInV10: .notInEncoding
        case .refusedProxy, .missingLink: .refusedProxy
        case .tooLarge: .tooLarge
        }
    }

    private func message(_ failure: JSONFailure) -> String {
        switch failure.reason {
        case .empty: "the body is empty; a JSON object is needed"
        case .byteOrderMark: "JSON text must not begin with a byte order mark"
        case .unexpectedEnd: "the text ends where \(name(failure.wanted)) should be"
        case .unexpectedCharacter: "\(found(failure)) where \(name(failure.wanted)) should be"
        case .trailingText: "\(found(failure)) after the end of the value"
        case .badLiteral: "neither true, false nor null"
        case .badNumber: "not a JSON number"
        case .controlCharacter: "a control character in a string must be escaped"
        case .badEscape: "not a JSON escape sequence"
        case .notUTF8: "not UTF-8"
        case .loneSurrogate: "half a surrogate pair"
        case .wrongType, .notInteger, .outOfRange: "expected \(expected(failure)), got \(found(failure))"
        case .unknownMember where failure.subject >= 0:
            "unknown member: class \(className(failure.subject)) has none of that name ('@type' says which class it is)"
        case .unknownMember: "unknown member"
        case .duplicateMember: "the member stands there twice"
        case .missingMember: "the member is missing"
        case .duplicateKey: "the key stands there twice"
        case .badKey: "a key must be \(expected(failure)) in canonical spelling, got \(found(failure))"
        case .unknownEnumerator: "expected \(expected(failure)), got \(found(failure))"
        case .badBase64: "not base64"
        case .tooDeep: "nested deeper than \(options.depth)"
        case .tooLarge: "longer than Ice can carry"
        case .unknownType:
            "expected the type ID of a class that Slice knows, as \"::Module::Class\", got \(found(failure))"
        case .missingType: "'@type' must name a class here, because any may stand here"
        case .wrongClass: "expected an instance of \(className(failure.subject)), got \(found(failure))"
        case .unknownReference: "no object of this request has the '@id' \(found(failure))"
        case .badReference: "an object with '@ref' has no other members"
        case .duplicateID: "another object has the same '@id'"
        case .badSlices: "'@slices' and '@instances' must come back as they were given out"
        case .slicesInV10: "slices of unknown types can't be sent in encoding 1.0"
        case .optionalInV10: "an optional value can't be sent in encoding 1.0, which the proxy asks for"
        case .graphTooDeep: "instances nested deeper than \(options.graphDepth) (Ice.ClassGraphDepthMax)"
        case .refusedProxy: "proxy refused: \(refusal)"
        case .missingLink: "an object here is a link and needs 'href'"
        }
    }

    private func name(_ wanted: JSONFailure.Wanted) -> String {
        switch wanted {
        case .value: "a value"
        case .object: "an object"
        case .array: "an array"
        case .key: "a member name in quotes"
        case .colon: "a colon"
        case .commaOrBrace: "a comma or a closing brace"
        case .commaOrBracket: "a comma or a closing bracket"
        case .digit: "a digit"
        case .pair: "an object with key and value"
        case .text: "a string"
        case .base64: "a string of base64"
        case .id: "an id, which is a string"
        case .typeID: "a type ID, which is a string"
        }
    }

    private func className(_ index: Int32) -> String {
        index >= 0 && index < tables.classes.count
            ? tables.string(tables.classes.entries[Int(index)].typeID) : "a class"
    }

    private func expected(_ failure: JSONFailure) -> String {
        guard failure.subject >= 0 else { return name(failure.wanted) }
        let node = tables.nodes[Int(failure.subject)]
        return switch node.kind {
        case .bool: "true or false"
        case .byte: "an integer from 0 to 255"
        case .short: "an integer from -32768 to 32767"
        case .int: "an integer from -2147483648 to 2147483647"
        case .long: "an integer from -9223372036854775808 to 9223372036854775807, as a number or a string"
        case .float: "a number in the range of a float, \"NaN\", \"Infinity\" or \"-Infinity\""
        case .double: "a number in the range of a double, \"NaN\", \"Infinity\" or \"-Infinity\""
        case .string: "a string"
        case .enumeration: "an enumerator of \(tables.string(node.name)): \(enumerators(node))"
        case .structure, .dictionary: "an object"
        case .bytes: "a string of base64"
        case .sequence: "an array"
        case .pairs: "an array of objects with key and value"
        case .proxy: "null, a string or an object with 'href' for a proxy"
        case .instance: "null or an object with the members of \(node.first < 0 ? "a class" : className(node.first))"
        }
    }

    /// The first enumerators, by value.
    private func enumerators(_ node: PlanNode) -> String {
        let shown = min(node.count, 8)
        let names = (node.first..<node.first + shown).map { index in
            let text = tables.enumerators[Int(index)].text
            return tables.string(PlanText(offset: text.offset + 1, count: text.count - 2))
        }
        return names.joined(separator: ", ") + (shown < node.count ? ", …" : "")
    }

    /// What stands at the failure, shortened.
    private func found(_ failure: JSONFailure) -> String {
        let offset = min(max(Int(failure.offset), 0), text.count)
        guard offset < text.count else { return "the end" }
        switch text[offset] {
        case UInt8(ascii: "{"): return "an object"
        case UInt8(ascii: "["): return "an array"
        default: break
        }
        var end = offset + 1
        let isString = text[offset] == UInt8(ascii: "\"")
        while end < text.count, end - offset < 40 {
            let byte = text[end]
            end += 1
            if isString {
                if byte == UInt8(ascii: "\"") { break }
                if byte == UInt8(ascii: "\\"), end < text.count { end += 1 }
            } else if byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}")
                || byte == UInt8(ascii: "]")
            {
                end -= 1
                break
            }
        }
        let isCut = end - offset >= 40 && end < text.count
        // Not in the middle of a character.
        while isCut, end > offset + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[offset..<end], as: UTF8.self) + (isCut ? "…" : "")
    }
}

/// Finds what a byte of a JSON text belongs to. Reads only as far as that byte; the text may be broken there.
enum JSONPointerFinder {
    private enum Level {
        case array(Int)
        /// The latest key.
        case object(String?)
    }

    /// RFC 6901; empty for the whole document.
    static func pointer(to offset: Int, in text: UnsafeRawBufferPointer) -> String {
        var levels: [Level] = []
        var index = 0
        var expectsKey = false
        while index < offset {
            switch text[index] {
            case UInt8(ascii: "{"):
                levels.append(.object(nil))
                expectsKey = true
            case UInt8(ascii: "["):
                levels.append(.array(0))
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = levels.popLast()
                expectsKey = false
            case UInt8(ascii: ","):
                switch levels.popLast() {
                case .array(let element): levels.append(.array(element + 1))
                case .object:
                    levels.append(.object(nil))
                    expectsKey = true
                case nil: break
                }
            case UInt8(ascii: "\""):
                let end = endOfString(index, in: text)
                if expectsKey, end < offset, !levels.isEmpty {
                    levels[levels.count - 1] = .object(content(index, end, in: text))
                    expectsKey = false
                }
                index = end
            default: break
            }
            index += 1
        }
        // A failure at a key is about that member.
        if expectsKey, offset < text.count, text[offset] == UInt8(ascii: "\""), !levels.isEmpty {
            levels[levels.count - 1] = .object(content(offset, endOfString(offset, in: text), in: text))
        }
        return levels.map { level in
            switch level {
            case .array(let element): "/\(element)"
            case .object(let key): key.map { "/" + escaped($0) } ?? ""
            }
        }.joined()
    }

    /// Byte by byte: to tell where characters end takes long in some texts.
    static func escaped(_ token: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(token.utf8.count)
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes += [byte, UInt8(ascii: "0")]
            case UInt8(ascii: "/"): bytes += [UInt8(ascii: "~"), UInt8(ascii: "1")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The offset of the closing quote, or of the last byte.
    private static func endOfString(_ start: Int, in text: UnsafeRawBufferPointer) -> Int {
        var index = start + 1
        while index < text.count {
            if text[index] == UInt8(ascii: "\\") {
                index += 1
            } else if text[index] == UInt8(ascii: "\"") {
                return index
            }
            index += 1
        }
        return text.count - 1
    }

    /// In bytes. Longer keys are cut: nobody looks for them, and an answer should not be as long as its request.
    private static let longestKey = 256

    private static func content(_ start: Int, _ end: Int, in text: UnsafeRawBufferPointer) -> String {
        guard end > start else { return "" }
        guard end - start <= longestKey else {
            var cut = start + 1 + longestKey
            // Not in the middle of a character or an escape sequence.
            while cut > start + 1, text[cut] & 0xC0 == 0x80 { cut -= 1 }
            if let escape = text[max(start + 1, cut - 12)..<cut].firstIndex(of: UInt8(ascii: "\\")) { cut = escape }
            return String(decoding: text[start + 1..<cut], as: UTF8.self) + "…"
        }
        let span = UnsafeRawBufferPointer(rebasing: text[start + 1..<end])
        guard span.contains(UInt8(ascii: "\\")), let base = text.baseAddress else {
            return String(decoding: span, as: UTF8.self)
        }
        var reader = JSONReader(
            (base + start).assumingMemoryBound(to: UInt8.self), count: end + 1 - start, maximumDepth: 1)
        guard let string = try? reader.string() else { return String(decoding: span, as: UTF8.self) }
        var buffer = OutputBuffer(minimumCapacity: max(string.count, 16))
        buffer.append(string)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}
