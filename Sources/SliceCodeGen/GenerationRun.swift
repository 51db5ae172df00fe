import Slice

/// One run: files that become one Swift module, or a part of one.
struct GenerationRun {
    /// A Slice file that was asked for.
    struct File {
        /// As given.
        var path: String
        /// What it defines and Swift gets, in source order.
        var definitions: [ScopedName]

        /// The last component of the path, `Greeter.ice`.
        var sourceName: String { path.split(separator: "/").last.map(String.init) ?? path }

        /// Without the extension, `Greeter`.
        var baseName: String {
            let name = sourceName
            return name.hasSuffix(".ice") ? String(name.dropLast(4)) : name
        }

        /// The enum that registers its classes and exceptions.
        var registrationName: String { Self.registrationName(ofFile: path) }

        static func registrationName(ofFile path: String) -> String {
            let base = File(path: path, definitions: []).baseName
            var name = ""
            var isUpper = true
            for scalar in base.unicodeScalars {
                guard scalar == "_" || scalar.properties.isXIDContinue else {
                    isUpper = true
                    continue
                }
                name += isUpper ? String(scalar).uppercased() : String(scalar)
                isUpper = false
            }
            return (name.first?.isNumber ?? true ? "_" : "") + name + "Slice"
        }
    }

    let model: SliceModel
    let options: GeneratorOptions
    let files: [File]
    let names: ModuleNames
    let facts: WireFacts
    /// The names of all types that any file defines.
    let takenNames: Set<String>

    init(model: SliceModel, options: GeneratorOptions, files: [File]) {
        self.model = model
        self.options = options
        self.files = files
        let own = Set(files.flatMap(\.definitions))
        let names = ModuleNames(model: model, options: options, own: own)
        self.names = names
        facts = WireFacts(model)
        takenNames = Set(model.order.filter { model.modules[$0] == nil }.map(names.flatName(of:)))
    }
}
