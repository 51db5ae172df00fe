/// Swift text on its way: indents, wraps lists that are too long for a line, keeps blank lines single.
struct CodePrinter {
    /// The longest line, in characters.
    static let width = 120

    private(set) var text = ""
    private let limit: Int
    private var depth = 0
    /// A blank line was asked for and nothing has followed.
    private var isBlankPending = false
    /// Nothing was written since a brace was opened.
    private var isAtStart = true

    init(width: Int = CodePrinter.width) { limit = width }

    /// What was written, line by line.
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    private var indentation: String { String(repeating: " ", count: 4 * depth) }

    /// One line; an empty one is a blank line.
    mutating func line(_ content: String) {
        guard !content.isEmpty else { return blank() }
        if isBlankPending { text += "\n" }
        isBlankPending = false
        isAtStart = false
        text += indentation + content + "\n"
    }

    /// A blank line, unless it would be the first or the last of its braces.
    mutating func blank() { if !isAtStart { isBlankPending = true } }

    /// Lines in braces, `{ }` on the line of the head when there are none.
    mutating func block(_ head: String, _ body: (inout CodePrinter) -> Void) {
        var inner = CodePrinter()
        inner.depth = depth + 1
        body(&inner)
        guard !inner.text.isEmpty else { return line(head + " {}") }
        line(head + " {")
        text += inner.text
        line("}")
    }

    /// Lines between two others, indented once more.
    mutating func indented(_ body: (inout CodePrinter) -> Void) {
        depth += 1
        body(&self)
        depth -= 1
    }

    /// `head(items)tail` on one line if it fits, else the items on lines of their own.
    mutating func list(_ head: String, _ items: [String], _ tail: String) {
        let joined = items.joined(separator: ", ")
        guard indentation.count + head.count + joined.count + tail.count > limit else {
            return line(head + joined + tail)
        }
        line(head)
        indented { printer in
            guard printer.indentation.count + joined.count > printer.limit else { return printer.line(joined) }
            for (index, item) in items.enumerated() { printer.line(index < items.count - 1 ? item + "," : item) }
        }
        line(tail)
    }

    /// `head line tail` when there is one line and it fits, else the lines on their own.
    mutating func closure(_ head: String, _ lines: [String], _ tail: String) {
        if lines.count == 1, let only = lines.first,
            indentation.count + head.count + only.count + tail.count + 2 <= limit
        {
            return line("\(head) \(only) \(tail)")
        }
        line(head)
        indented { printer in lines.forEach { printer.line($0) } }
        line(tail)
    }

    /// As ``list(_:_:_:)``, with a body in braces behind it.
    mutating func listBlock(
        _ head: String, _ items: [String], _ tail: String, _ body: (inout CodePrinter) -> Void
    ) {
        list(head, items, tail + " {")
        isAtStart = true
        indented(body)
        isAtStart = false
        isBlankPending = false
        line("}")
    }
}
