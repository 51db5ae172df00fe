import Glibc

/// Says which promise is broken and ends the process, whereupon libFuzzer keeps the input.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String) {
    if !isKept { breaking(what()) }
}

/// As ``promise(_:_:)`` where there is nothing to go on with.
func breaking(_ what: String) -> Never {
    var line = "BROKEN PROMISE: \(what)\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    abort()
}

/// For messages: text as it is, bytes as hexadecimal digits.
func shown(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
