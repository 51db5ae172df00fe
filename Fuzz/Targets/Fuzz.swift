import CFuzzer
import Glibc

/// What `scripts/fuzz` runs: one target, named by `FUZZ_TARGET`, with libFuzzer's own arguments.
@main
enum Fuzz {
    private static let target = getenv("FUZZ_TARGET").flatMap { Target(rawValue: String(cString: $0)) }

    static func main() {
        guard target != nil else {
            print("FUZZ_TARGET must be one of: \(Target.allCases.map(\.rawValue).joined(separator: " "))")
            exit(64)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        // The bytes are a heap block of just their size: reading behind it is found by the address sanitizer.
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                Fuzz.target?.run(UnsafeRawBufferPointer(start: start, count: count))
                return 0
            })
    }
}

/// What can be fuzzed, by the name of its corpus.
enum Target: String, CaseIterable {
    case sliceParser = "slice-parser"
    case jsonGrammar = "json-grammar"
    case jsonReader = "json-reader"
    case encodingReader = "encoding-reader"
    case messages
    case compression
    case webSocket = "websocket"
    case text
    case gatewayRequests = "gateway-requests"

    /// Ends the process when a promise is broken.
    func run(_ input: UnsafeRawBufferPointer) {
        switch self {
        case .sliceParser: parseSlice(input)
        case .jsonGrammar: judgeGrammar(input)
        case .jsonReader: readJSON(input)
        case .encodingReader: readEncoding(input)
        case .messages: readMessage(input)
        case .compression: readCompressed(input)
        case .webSocket: readWebSocket(input)
        case .text: readText(input)
        case .gatewayRequests: handleRequest(input)
        }
    }
}
