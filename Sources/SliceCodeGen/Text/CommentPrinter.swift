import Slice

/// Writes doc comments as Swift's, wrapped to the width of the file.
struct CommentPrinter {
    private var lines: [String] = []

    /// A paragraph or more, each wrapped; a blank line between them.
    mutating func paragraph(_ text: String) {
        for paragraph in text.split(separator: "\n") {
            separate()
            wrap(String(paragraph), first: "", next: "")
        }
    }

    /// `- Name: text`, below what is there.
    mutating func item(_ head: String, _ text: String, indent: Int = 0) {
        let spaces = String(repeating: " ", count: indent)
        let body = text.replacing("\n", with: " ")
        wrap(body.isEmpty ? head : "\(head): \(body)", first: spaces + "- ", next: spaces + "  ")
    }

    /// A blank line, unless nothing is there.
    mutating func separate() {
        if let last = lines.last, !last.isEmpty { lines.append("") }
    }

    /// Writes all that was added.
    func print(to printer: inout CodePrinter) {
        for line in lines { printer.line(line.isEmpty ? "///" : "/// " + line) }
    }

    /// Breaks at spaces. Wider than so many characters is only a word that is.
    private mutating func wrap(_ text: String, first: String, next: String) {
        let width = 96
        var line = first
        var isEmpty = true
        for word in text.split(whereSeparator: { $0.isWhitespace }) {
            if !isEmpty, line.count + word.count + 1 > width {
                lines.append(line)
                line = next
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        if !isEmpty { lines.append(line) }
    }
}

extension ElementInfo {
    /// What `@deprecated` or `["deprecated:…"]` says; empty without a text, nil when it isn't deprecated.
    var deprecation: String? {
        comment?.deprecated ?? metadata("deprecated") ?? metadata("deprecate")
    }

    /// Overview, remarks, deprecation and references as a doc comment.
    ///
    /// - Parameter fallback: instead of an overview that is missing; public declarations have a comment.
    func printComment(to printer: inout CodePrinter, else fallback: String? = nil) {
        var comment = overview(else: fallback)
        comment.print(to: &printer, see: self.comment?.see ?? [])
    }

    /// The part before parameters and results.
    func overview(else fallback: String? = nil) -> CommentPrinter {
        var printer = CommentPrinter()
        let overview = comment?.overview ?? ""
        if !overview.isEmpty { printer.paragraph(overview) } else if let fallback { printer.paragraph(fallback) }
        if let remarks = comment?.remarks { printer.paragraph(remarks) }
        if let deprecation {
            let text = deprecation.replacing("\n", with: " ")
            printer.paragraph(text.isEmpty ? "Deprecated." : "Deprecated: \(text)")
        }
        return printer
    }
}

extension CommentPrinter {
    /// Writes all that was added, and `@see` behind it.
    fileprivate mutating func print(to printer: inout CodePrinter, see: [String]) {
        if !see.isEmpty {
            separate()
            for name in see { item("SeeAlso", name) }
        }
        print(to: &printer)
    }
}
