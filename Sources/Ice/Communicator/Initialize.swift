import Glibc
public import IceEncoding
import Logging

// What the official mapping has as functions of the module: `Ice.initialize(&args)`.

/// Makes a communicator out of the configuration files and properties that a command line names, see
/// ``createProperties(_:defaults:)``. Destroy it at the end.
///
/// - Parameter args: what is Ice's is taken out.
/// - Throws: ``LocalException`` as the initializers of ``Communicator``, and `.file`.
public func initialize(_ args: inout [String]) throws(LocalException) -> Communicator {
    try initialize(InitializationData(properties: try createProperties(&args)))
}

/// As ``initialize(_:)`` with arguments that stay as they are.
public func initialize(_ args: [String]) throws(LocalException) -> Communicator {
    var args = args
    return try initialize(&args)
}

/// Makes a communicator. Sets `Ice.ProgramName` to the name of the executable when it is not set. Destroy it at the end.
///
/// - Throws: ``LocalException`` as the initializers of ``Communicator``.
public func initialize(_ initData: InitializationData = InitializationData()) throws(LocalException) -> Communicator {
    let properties = initData.properties ?? Properties()
    if properties.getProperty("Ice.ProgramName").isEmpty, let program = CommandLine.arguments.first {
        properties.setProperty(key: "Ice.ProgramName", value: program.split(separator: "/").last.map(String.init) ?? "")
    }
    let name = properties.getProperty("Ice.ProgramName")
    return try Communicator(
        properties, threads: initData.threads, executor: initData.executor, sliceLoader: initData.sliceLoader,
        logger: initData.logger ?? Logger(label: name.isEmpty ? "Ice" : name))
}

/// Makes properties without values.
public func createProperties() -> Properties { Properties() }

/// Makes properties out of defaults, the configuration files that `--Ice.Config=file,file` or else the environment
/// variable `ICE_CONFIG` names, and the arguments for Ice and its services, as `--Ice.Trace.Network=1`. Each wins over
/// those before it.
///
/// - Parameter args: what is Ice's is taken out.
/// - Throws: ``LocalException`` `.file` when a configuration file can't be read.
public func createProperties(_ args: inout [String], defaults: Properties? = nil) throws(LocalException) -> Properties {
    let properties = defaults?.clone() ?? Properties()
    args = try properties.load(arguments: args) { name in getenv(name).map { String(cString: $0) } }
    return properties
}

/// As ``createProperties(_:defaults:)`` with arguments that stay as they are.
public func createProperties(_ args: [String], defaults: Properties? = nil) throws(LocalException) -> Properties {
    var args = args
    return try createProperties(&args, defaults: defaults)
}

/// Reads `[category/]name`, with the escapes of Ice.
///
/// - Throws: ``LocalException`` `.parse`, also for an empty name.
public func stringToIdentity(_ string: String) throws(LocalException) -> Identity { try Identity(parsing: string) }

/// The text that ``stringToIdentity(_:)`` reads.
public func identityToString(id: Identity, mode: ToStringMode = .unicode) -> String { id.text(mode) }
