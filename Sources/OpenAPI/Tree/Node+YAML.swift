extension Node {
    /// YAML 1.2 in block style, two blanks a level, a line end at the end. Strings are quoted only where they have to be.
    package var yaml: String {
        var writer = YAMLWriter()
        writer.writeRoot(self)
        return writer.text
    }
}

private struct YAMLWriter {
    var text = ""

    mutating func writeRoot(_ node: Node) {
        switch node {
        case .object(let members) where !members.isEmpty: write(members, indentation: "")
        case .array(let elements) where !elements.isEmpty: write(elements, indentation: "")
        default:
            writeInline(node, indentation: "")
            text += "\n"
        }
    }

    /// Each member on lines of its own. The first begins where the writer stands when `continuesLine`.
    private mutating func write(_ members: [Node.Member], indentation: String, continuesLine: Bool = false) {
        var prefix = continuesLine ? "" : indentation
        for member in members {
            text += prefix
            writeScalar(member.name, indentation: nil)
            text += ":"
            switch member.value {
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                write(inner, indentation: indentation + "  ")
            case .array(let elements) where !elements.isEmpty:
                text += "\n"
                write(elements, indentation: indentation + "  ")
            default:
                text += " "
                writeInline(member.value, indentation: indentation + "  ")
                text += "\n"
            }
            prefix = indentation
        }
    }

    private mutating func write(_ elements: [Node], indentation: String, continuesLine: Bool = false) {
        var prefix = continuesLine ? "" : indentation
        for element in elements {
            text += prefix + "- "
            switch element {
            case .object(let members) where !members.isEmpty:
                write(members, indentation: indentation + "  ", continuesLine: true)
            case .array(let inner) where !inner.isEmpty:
                write(inner, indentation: indentation + "  ", continuesLine: true)
            default:
                writeInline(element, indentation: indentation + "  ")
                text += "\n"
            }
            prefix = indentation
        }
    }

    private mutating func writeInline(_ node: Node, indentation: String) {
        switch node {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): text += NumberText.text(value)
        case .string(let value): writeScalar(value, indentation: indentation)
        case .array: text += "[]"
        case .object: text += "{}"
        }
    }

    /// - Parameter indentation: of the lines of a text that has several; nil where only one line can stand.
    private mutating func writeScalar(_ value: String, indentation: String?) {
        if let indentation, Self.isText(value) {
            text += "|-"
            for line in value.split(separator: "\n", omittingEmptySubsequences: false) {
                text += line.isEmpty ? "\n" : "\n" + indentation + line
            }
        } else if !value.unicodeScalars.allSatisfy(QuotedText.isPrintable) {
            QuotedText.append(value, to: &text)
        } else if PlainScalar.allows(value) {
            text += value
        } else {
            text += "'"
            for character in value.unicodeScalars {
                text += character == "'" ? "''" : String(character)
            }
            text += "'"
        }
    }

    /// Lines that a literal block shows as they are: no blank or empty line at an end, nothing that needs an escape.
    private static func isText(_ value: String) -> Bool {
        let scalars = value.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, scalars.contains("\n") else { return false }
        return first != " " && first != "\n" && last != "\n" && last != " "
            && scalars.allSatisfy { $0 == "\n" || QuotedText.isPrintable($0) }
    }
}
