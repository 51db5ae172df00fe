import ArgumentParser

/// Where every command that reads Slice files looks for others, and with which macros.
struct PreprocessorOptions: ParsableArguments {
    @Option(
        name: .customShort("I", allowingJoined: true), parsing: .singleValue,
        help: "Folder searched by #include; may be repeated (ICEGATE_INCLUDE, separated by ':').",
        completion: .directory)
    var include: [String] = []

    @Option(
        name: .customShort("D", allowingJoined: true), parsing: .singleValue,
        help: "Preprocessor macro NAME or NAME=VALUE; may be repeated.")
    var define: [String] = []

    /// The flags, to give once more.
    var words: [String] { include.flatMap { ["-I", $0] } + define.flatMap { ["-D", $0] } }

    /// Those of the environment, then those of the flags.
    var folders: [String] {
        let named = GatewayOptions.environment["ICEGATE_INCLUDE"]?.split(separator: ":").map(String.init)
        return (named ?? []) + include
    }
}
