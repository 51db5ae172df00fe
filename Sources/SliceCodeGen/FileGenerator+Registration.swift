import Slice

extension FileGenerator {
    /// What makes the file's classes and exceptions known to the runtime, and what makes those of the whole run so.
    func writeRegistration(to printer: inout CodePrinter) {
        let values = file.definitions.filter { model.classes[$0].map { !$0.isDeclaredOnly } ?? false }
        let exceptions = file.definitions.filter { model.exceptions[$0] != nil }
        if !values.isEmpty || !exceptions.isEmpty {
            printer.blank()
            printer.line(
                "/// The classes and exceptions of \(file.sourceName), for the runtime to find by their type ids.")
            printer.block("public enum \(file.registrationName)") { printer in
                printer.line("/// Makes them known when it is read. Operations of this module read it.")
                printer.line("public static let isLoaded: \(types.standard("Void")) = Ice.DefaultSliceLoader.register(")
                printer.indented { printer in
                    printer.list("values: [", values.map { name($0) + ".self" }, "],")
                    printer.list("exceptions: [", exceptions.map { name($0) + ".self" }, "])")
                }
            }
        }
        guard needsLoadedTypes else { return }
        printer.blank()
        printer.line("/// The classes and exceptions that operations may meet.")
        printer.line("private let areTypesLoaded: \(types.standard("Void")) = {")
        printer.indented { printer in
            for name in registrations() { printer.line("_ = \(name).isLoaded") }
        }
        printer.line("}()")
    }

    /// The registrations of all files of the run, and of those that they include from other modules.
    private func registrations() -> [String] {
        var result: [String] = []
        for definition in model.order where model.exceptions[definition] != nil || isDefinedClass(definition) {
            guard !model.isLocal(definition), let info = model.info(of: definition) else { continue }
            let name: String
            switch run.names.place(of: definition) {
            case .here:
                name = GenerationRun.File.registrationName(ofFile: info.location.file)
            case .module(let module):
                types.use(module)
                name = module + "." + GenerationRun.File.registrationName(ofFile: info.location.file)
            case .runtime, .unknown: continue
            }
            if !result.contains(name) { result.append(name) }
        }
        return result
    }

    private func isDefinedClass(_ name: ScopedName) -> Bool { model.classes[name].map { !$0.isDeclaredOnly } ?? false }
}
