extension Node {
    /// RFC 8259, two blanks a level, a line end at the end.
    package var json: String {
        var writer = JSONWriter()
        writer.write(self, indentation: "")
        return writer.text + "\n"
    }
}

private struct JSONWriter {
    var text = ""

    mutating func write(_ node: Node, indentation: String) {
        switch node {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .int(let value): text += String(value)
        case .double(let value): text += NumberText.text(value)
        case .string(let value): QuotedText.append(value, to: &text)
        case .array(let elements):
            writeList("[", elements, "]", indentation) { writer, element, inner in
                writer.write(element, indentation: inner)
            }
        case .object(let members):
            writeList("{", members, "}", indentation) { writer, member, inner in
                QuotedText.append(member.name, to: &writer.text)
                writer.text += ": "
                writer.write(member.value, indentation: inner)
            }
        }
    }

    private mutating func writeList<Element>(
        _ open: String, _ elements: [Element], _ close: String, _ indentation: String,
        _ write: (inout JSONWriter, Element, String) -> Void
    ) {
        text += open
        guard !elements.isEmpty else {
            text += close
            return
        }
        let inner = indentation + "  "
        var separator = "\n"
        for element in elements {
            text += separator + inner
            write(&self, element, inner)
            separator = ",\n"
        }
        text += "\n" + indentation + close
    }
}
