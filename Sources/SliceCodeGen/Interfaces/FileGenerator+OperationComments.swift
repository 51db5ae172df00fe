import Slice

extension FileGenerator {
    /// Overview, parameters, results and exceptions.
    func writeComment(_ shape: OperationShape, isProxy: Bool, to printer: inout CodePrinter) {
        let operation = shape.operation
        let documented = operation.info.comment?.parameters ?? []
        func text(_ name: String) -> String { documented.first { $0.name == name }?.text ?? "" }

        var comment = operation.info.overview(else: "The Slice operation `\(operation.info.name)`.")
        comment.separate()
        let last =
            isProxy ? ("context", "instead of the proxy's and the implicit one.") : ("current", "of the dispatch.")
        if operation.inParameters.isEmpty {
            comment.item("Parameter " + last.0, last.1)
        } else {
            comment.item("Parameters:", "")
        }
        for parameter in operation.inParameters {
            comment.item(parameter.info.swiftName, text(parameter.info.name), indent: 2)
        }
        if !operation.inParameters.isEmpty { comment.item(last.0, last.1, indent: 2) }

        let returns = operation.info.comment?.returns ?? ""
        let texts = shape.results.enumerated().map { index, result in
            (result.label, index == 0 && operation.result != nil ? returns : text(result.info.name))
        }
        if texts.count == 1, let only = texts.first, !only.1.isEmpty { comment.item("Returns", only.1) }
        if texts.count > 1 {
            comment.item("Returns:", "")
            for (label, text) in texts { comment.item(label, text, indent: 2) }
        }
        let exceptions = operation.info.comment?.exceptions ?? []
        if exceptions.count == 1, let only = exceptions.first {
            comment.item("Throws", "`\(only.name)` \(only.text)")
        } else if !exceptions.isEmpty {
            comment.item("Throws:", "")
            for entry in exceptions { comment.item("`\(entry.name)`", entry.text, indent: 2) }
        }
        comment.print(to: &printer)
    }
}
