import Slice

extension FileGenerator {
    /// Names in the bodies of dispatching methods.
    private static let locals = LocalNames(hidden: [
        "self", "request", "istr", "ostr", "Ice", "result", "areTypesLoaded",
    ])

    /// The protocol that servants conform to.
    func writeServant(_ definition: InterfaceDefinition, _ names: InterfaceNames, to printer: inout CodePrinter) {
        let bases = definition.bases.map { base in
            types.reference(base, suffix: model.classes[base] == nil ? "" : "Disp", at: definition.info)
        }
        definition.info.printComment(to: &printer, else: "A servant of the Slice interface `\(definition.scopedName)`.")
        let head = "public protocol \(names.servant): "
        let inherited = bases.isEmpty ? ["Ice.Servant"] : bases
        guard !definition.operations.isEmpty else { return printer.list(head, inherited, " {}") }
        printer.listBlock(head, inherited, "") { printer in
            for (index, operation) in definition.operations.enumerated() {
                if index > 0 { printer.blank() }
                let shape = OperationShape(operation)
                writeComment(shape, isProxy: false, to: &printer)
                let parameters = operation.inParameters.map { parameter in
                    SwiftIdentifier.label(parameter.info.swiftName) + ": "
                        + types.type(parameter.type, isTagged: parameter.tag != nil, at: parameter.info)
                }
                let result =
                    hasMarshaledResult(operation) ? marshaledResultName(operation) : resultType(of: shape)
                printer.list(
                    "func \(operation.info.escapedName)(", parameters + ["current: Ice.Current"],
                    ") async throws\(result.map { " -> " + $0 } ?? "")")
            }
        }
    }

    /// The extension that finds the operation of a request and calls it.
    func writeDispatch(_ definition: InterfaceDefinition, _ names: InterfaceNames, to printer: inout CodePrinter) {
        let id = definition.scopedName.text
        printer.block("extension \(names.servant)") { printer in
            printer.line("/// The type ids of the object, its own first.")
            let bases = model.typeIDs(of: definition.scopedName).filter { $0 != id && $0 != "::Ice::Object" }
            printer.block("public var iceTypeIds: [\(types.standard("String"))]") { printer in
                printer.list("[", ([id] + bases + ["::Ice::Object"]).map { "\"\($0)\"" }, "]")
            }
            printer.blank()
            printer.line("/// Calls the method of the operation that the request names.")
            printer.block(
                "public func dispatch(_ request: sending Ice.IncomingRequest) async throws -> Ice.OutgoingResponse"
            ) { $0.line("try await Self.dispatch(self, request: request)") }
            printer.blank()
            printer.line("/// The same for servants whose `dispatch` is their own.")
            printer.list(
                "public static func dispatch(",
                ["_ servant: any \(names.servant)", "request: sending Ice.IncomingRequest"],
                ") async throws -> Ice.OutgoingResponse {")
            printer.indented { writeSwitch(definition, to: &$0) }
            printer.line("}")
            for operation in definition.operations {
                printer.blank()
                writeDispatching(operation, to: &printer)
            }
        }
    }

    private func writeSwitch(_ definition: InterfaceDefinition, to printer: inout CodePrinter) {
        printer.line("switch request.current.operation {")
        for operation in model.allOperations(of: definition.scopedName) {
            // The method is one of the module that has the interface.
            if case .module(let module) = run.names.place(of: operation.interface) { types.use(module) }
            printer.line(
                "case \"\(operation.info.name)\": try await servant._iceD_\(operation.info.swiftName)(request)")
        }
        printer.line("default: throw Ice.LocalException(.operationNotExist, \"\")")
        printer.line("}")
    }

    private func writeDispatching(_ operation: Operation, to printer: inout CodePrinter) {
        let shape = OperationShape(operation)
        printer.line("/// Dispatches ``\(operation.info.swiftName)``.")
        printer.block(
            "public func _iceD_\(operation.info.swiftName)(_ request: Ice.IncomingRequest) async throws"
                + " -> Ice.OutgoingResponse"
        ) { printer in
            if !operation.isIdempotent { printer.line("try request.current.checkNonIdempotent()") }
            if wantsLoadedTypes(operation) {
                needsLoadedTypes = true
                printer.line("_ = areTypesLoaded")
            }
            writeDecoding(shape, to: &printer)
            let arguments =
                operation.inParameters.map {
                    "\(SwiftIdentifier.argument($0.info.swiftName)): \(Self.locals.use($0.info))"
                }
                + ["current: request.current"]
            let target = shape.results.isEmpty ? "" : "let result = "
            var call = CodePrinter(width: CodePrinter.width - 12)
            call.list("try await self.\(operation.info.escapedName)(", arguments, ")")
            let head = "\(target)try await request.validating(\(exceptions(of: operation))) {"
            printer.closure(head, call.lines, "}")
            writeResponse(shape, to: &printer)
        }
    }

    private func writeDecoding(_ shape: OperationShape, to printer: inout CodePrinter) {
        let parameters = shape.operation.inParameters
        guard !parameters.isEmpty else { return printer.line("try request.decodeEmpty()") }
        func type(_ parameter: Parameter) -> String {
            types.type(parameter.type, isTagged: parameter.tag != nil, at: parameter.info)
        }
        if parameters.count == 1, let only = parameters.first {
            let name = Self.locals.use(only.info)
            let head = "let \(name): \(type(only)) = try request.decode { istr in"
            return printer.closure(head, [reading(tag: only.tag)], "}")
        }
        let names = parameters.map { Self.locals.use($0.info) }.joined(separator: ", ")
        printer.line("let (\(names)) = try request.decode { istr in")
        printer.indented { printer in
            for parameter in shape.parametersOnWire {
                printer.line(
                    "let \(Self.locals.use(parameter.info)): \(type(parameter)) = \(reading(tag: parameter.tag))")
            }
            printer.line("return (\(names))")
        }
        printer.line("}")
    }

    private func writeResponse(_ shape: OperationShape, to printer: inout CodePrinter) {
        if shape.results.isEmpty { return printer.line("return request.current.makeEmptyOutgoingResponse()") }
        if hasMarshaledResult(shape.operation) { return printer.line("return result.response") }
        writeResultWriting(shape, "return try request.current.makeOutgoingResponse", to: &printer)
    }

    /// `head(format: …) { ostr in … }` with the results of `result`.
    func writeResultWriting(_ shape: OperationShape, _ head: String, to printer: inout CodePrinter) {
        let format = format(of: shape.operation, for: shape.results.map(\.type)).map { "(format: \($0))" } ?? ""
        var lines = shape.resultsOnWire.map { result in
            writing(
                shape.results.count == 1 ? "result" : "result." + SwiftIdentifier.escaped(result.label),
                tag: result.tag)
        }
        if hasClasses(shape.results.map(\.type)) { lines.append("ostr.writePendingValues()") }
        printer.closure("\(head)\(format) { ostr in", lines, "}")
    }
}
