import Slice

/// Who wants a route, for messages and for who wins.
enum RouteOrigin {
    /// Every service has one for each operation.
    case service(String)
    case metadata(SourceLocation)
    case configuration(source: String, line: Int?)

    /// Of two for the same operation at the same place the higher one counts.
    var rank: Int {
        switch self {
        case .service: 0
        case .metadata: 1
        case .configuration: 2
        }
    }

    /// As `from bank.yaml:7`.
    var text: String {
        switch self {
        case .service(let name): "which every operation of service '\(name)' has"
        case .metadata(let location): "from \(location)"
        case .configuration(let source, let line): "from \(source)" + (line.map { ":\($0)" } ?? "")
        }
    }

    func error(_ message: String) -> ConfigurationError {
        switch self {
        case .service(let name): ConfigurationError(source: "service '\(name)'", message: message)
        case .metadata(let location):
            ConfigurationError(source: location.file, line: location.line, column: location.column, message: message)
        case .configuration(let source, let line): ConfigurationError(source: source, line: line, message: message)
        }
    }
}
