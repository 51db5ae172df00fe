import Slice

extension ElementInfo {
    /// The first sentence of the doc comment, without its full stop; nil without a comment.
    var summary: String? {
        guard let overview = comment?.overview, let line = overview.split(separator: "\n").first else { return nil }
        var sentence = line[...]
        var search = line.startIndex
        while let stop = line[search...].firstIndex(where: { ".!?".contains($0) }) {
            search = line.index(after: stop)
            let rest = line[search...].drop { $0 == " " }
            // A stop within a number or an abbreviation ends no sentence.
            let endsSentence = rest.isEmpty || (rest.startIndex > search && rest.first?.isLowercase == false)
            if endsSentence {
                sentence = line[..<search]
                break
            }
        }
        if sentence.hasSuffix("."), !sentence.hasSuffix("..") { sentence = sentence.dropLast() }
        return sentence.isEmpty ? nil : String(sentence)
    }

    /// All the doc comment says of the element itself, in paragraphs of CommonMark; nil when it says nothing.
    var fullDescription: String? { description(besides: nil) }

    /// As ``fullDescription``, nil when that is just the summary.
    var descriptionBeyondSummary: String? { description(besides: summary) }

    private func description(besides summary: String?) -> String? {
        var paragraphs: [String] = []
        if let comment {
            let overview = comment.overview.split(separator: "\n").map(String.init)
            if overview.count != 1 || (overview.first != summary && overview.first != summary.map { $0 + "." }) {
                paragraphs += overview
            }
            paragraphs += (comment.remarks ?? "").split(separator: "\n").map(String.init)
            if !comment.see.isEmpty {
                paragraphs.append(
                    "See also: "
                        + comment.see.map { $0.replacing("#", with: $0.hasPrefix("#") ? "" : ".") }.joined(
                            separator: ", ") + ".")
            }
        }
        if let deprecation, !deprecation.isEmpty { paragraphs.append("Deprecated: " + deprecation) }
        return paragraphs.isEmpty ? nil : paragraphs.joined(separator: "\n\n")
    }

    /// The text of `["deprecated:…"]` or `@deprecated`; empty when it has none, nil when the element is not deprecated.
    var deprecation: String? {
        let text = metadata("deprecated") ?? metadata("deprecate")
        guard let text, !text.isEmpty else { return comment?.deprecated ?? text }
        return text
    }
}
