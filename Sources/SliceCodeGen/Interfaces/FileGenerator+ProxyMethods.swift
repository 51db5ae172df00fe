import Slice

extension FileGenerator {
    /// Names in the bodies of proxies' methods.
    private static let locals = LocalNames(hidden: ["self", "context", "istr", "ostr", "Ice", "areTypesLoaded"])

    /// The method that waits, and the one that doesn't.
    func writeProxyMethods(_ operation: Operation, to printer: inout CodePrinter) {
        let shape = OperationShape(operation)
        let name = operation.info.escapedName
        let asyncName = operation.info.swiftName + "Async"
        let isUnlabeled = operation.inParameters.count == 1
        let context = "context: Ice.Context? = nil"
        let parameters = operation.inParameters.map { parameter in
            let type = types.type(parameter.type, isTagged: parameter.tag != nil, at: parameter.info)
            let initial = parameter.tag == nil ? "" : " = nil"
            return Self.locals.declaration(of: parameter, isUnlabeled: isUnlabeled) + ": \(type)\(initial)"
        }
        let arguments = operation.inParameters.map { parameter in
            (isUnlabeled ? "" : SwiftIdentifier.argument(parameter.info.swiftName) + ": ")
                + Self.locals.use(parameter.info)
        }
        let result = resultType(of: shape)
        let labels = operation.inParameters.map { (isUnlabeled ? "_" : $0.info.swiftName) + ":" } + ["context:"]

        writeComment(shape, isProxy: true, to: &printer)
        writeAvailability(of: operation.info, to: &printer)
        printer.listBlock(
            "public func \(name)(", parameters + [context], ") async throws\(result.map { " -> " + $0 } ?? "")"
        ) { printer in
            printer.list(
                "try await self.\(asyncName)(", arguments + ["context: context"], ").value")
        }
        printer.blank()
        printer.line("/// As ``\(operation.info.swiftName)(\(labels.joined()))`` without waiting.")
        printer.line("///")
        printer.line(
            "/// - Throws: `Ice.LocalException` when it can't be called at all; everything else comes with the future.")
        writeAvailability(of: operation.info, to: &printer)
        printer.listBlock(
            "public func \(asyncName)(", parameters + [context],
            ") throws(Ice.LocalException) -> Ice.InvocationFuture<\(result ?? types.standard("Void"))>"
        ) { printer in
            if wantsLoadedTypes(operation) {
                needsLoadedTypes = true
                printer.line("_ = areTypesLoaded")
            }
            writeInvocation(shape, to: &printer)
        }
    }

    private func writeInvocation(_ shape: OperationShape, to printer: inout CodePrinter) {
        let operation = shape.operation
        var head = ["\"\(operation.info.name)\""]
        if operation.isIdempotent { head.append("mode: .idempotent") }
        let hasRead = !shape.results.isEmpty || !operation.inParameters.isEmpty
        let need = need(of: operation)
        if need != (hasRead ? ".twoway" : ".any") { head.append("needs: \(need)") }
        if let format = format(of: operation, for: operation.inParameters.map(\.type)) {
            head.append("format: \(format)")
        }
        head.append("context: context")

        let exceptions = operation.exceptions.isEmpty ? [] : ["throws: \(exceptions(of: operation))"]
        let start = (wantsLoadedTypes(operation) ? "return " : "") + "try self._invokeAsync("
        guard hasRead else { return printer.list(start, head + exceptions, ")") }
        printer.line(start)
        printer.indented { printer in
            printer.line(head.joined(separator: ", ") + ",")
            if !operation.inParameters.isEmpty {
                var lines = shape.parametersOnWire.map { writing(Self.locals.use($0.info), tag: $0.tag) }
                if hasClasses(operation.inParameters.map(\.type)) { lines.append("ostr.writePendingValues()") }
                printer.closure("write: { ostr in", lines, "},")
            }
            writeReading(shape, exceptions.isEmpty ? ")" : ",", to: &printer)
            exceptions.forEach { printer.line($0 + ")") }
        }
    }

    private func need(of operation: Operation) -> String {
        if operation.info.metadata("oneway") != nil { return ".oneway" }
        return operation.canBeOneway ? ".any" : ".twoway"
    }

    private func writeReading(_ shape: OperationShape, _ end: String, to printer: inout CodePrinter) {
        if shape.results.isEmpty { return printer.line("read: { _ in }" + end) }
        if shape.results.count == 1, let only = shape.results.first {
            return printer.closure("read: { istr in", [reading(tag: only.tag)], "}" + end)
        }
        var lines = shape.resultsOnWire.map { result in
            let type = types.type(result.type, isTagged: result.tag != nil, at: result.info)
            return "let \(Self.locals.use(result.info)): \(type) = \(reading(tag: result.tag))"
        }
        let tuple = shape.results.map { "\(SwiftIdentifier.argument($0.label)): \(Self.locals.use($0.info))" }
        lines.append("return (" + tuple.joined(separator: ", ") + ")")
        printer.closure("read: { istr in", lines, "}" + end)
    }

    /// Callers of a deprecated operation are told so. Types are not marked: each use in generated code would be a warning.
    private func writeAvailability(of info: ElementInfo, to printer: inout CodePrinter) {
        guard let text = info.deprecation else { return }
        let message = text.isEmpty ? "" : ", message: \(SwiftLiteral.string(text.replacing("\n", with: " ")))"
        printer.line("@available(*, deprecated\(message))")
    }
}
