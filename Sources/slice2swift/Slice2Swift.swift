import ArgumentParser
import SliceCodeGen

/// The command line.
@main
struct Slice2Swift: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slice2swift",
        abstract: "Generate Swift for the module Ice from Slice files.",
        discussion: """
            The files of one run become one Swift module, or a part of one: NAME.ice gives NAME.swift. Nothing is written
            when one of them has an error; exit status 1 then. Example: slice2swift --output-dir Generated Greeter.ice
            """)

    @Argument(help: "Slice files.")
    var files: [String]

    @Option(
        name: .customShort("I", allowingJoined: true), parsing: .singleValue,
        help: "Folder searched by #include; may be repeated.")
    var include: [String] = []

    @Option(
        name: .customShort("D", allowingJoined: true), parsing: .singleValue,
        help: "Preprocessor macro NAME or NAME=VALUE; may be repeated.")
    var define: [String] = []

    @Option(
        name: .customShort("U", allowingJoined: true), parsing: .singleValue,
        help: "Macro that -D does not define after all; may be repeated.")
    var undefine: [String] = []

    @Option(help: ArgumentHelp("Folder of the Swift files; it must exist.", valueName: "folder"))
    var outputDir = "."

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "The Swift module that has the definitions of a Slice module which are not in the files given, as Ice=IceSlice; may be repeated.",
            valueName: "slice=swift"))
    var module: [ModuleOption] = []

    func run() throws {
        let defines = define.filter { !undefine.contains(String($0.prefix { $0 != "=" })) }
        let modules = Dictionary(module.map { ($0.slice, $0.swift) }) { _, last in last }
        let generator = SwiftGenerator(
            includePaths: include, defines: defines, options: GeneratorOptions(modules: modules))
        let generation = generator.generate(files)
        for diagnostic in generation.diagnostics { StandardError.print(diagnostic) }
        if generation.diagnostics.contains(where: { $0.contains(": error: cannot open include file") }) {
            StandardError.print(
                "note: included files are searched in the folders of -I, with CompileSlice in \"includes\" of slice2swift.json, as /usr/share/ice/slice"
            )
        }
        if generation.hasErrors { throw ExitCode(1) }
        for file in generation.files {
            let path = outputDir.hasSuffix("/") ? outputDir + file.name : outputDir + "/" + file.name
            guard TextFile.write(file.text, to: path) else {
                StandardError.print("\(path): error: the file can't be written")
                throw ExitCode(1)
            }
        }
    }
}

/// `Slice=Swift`
struct ModuleOption: ExpressibleByArgument {
    var slice: String
    var swift: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        slice = String(parts[0].hasPrefix("::") ? parts[0].dropFirst(2) : parts[0])
        swift = String(parts[1])
    }
}
