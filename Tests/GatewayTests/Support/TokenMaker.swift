import Foundation

/// Makes JSON Web Tokens with the command line of OpenSSL.
struct TokenMaker {
    enum Key {
        case secret([UInt8])
        /// A file in PEM.
        case file(String)
    }

    let algorithm: String
    let key: Key

    static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    /// A token whose header is `{"alg":…}` and the fields.
    func token(_ claims: String, header fields: String = "") async throws -> String {
        let header = #"{"alg":"\#(algorithm)"\#(fields.isEmpty ? "" : ",")\#(fields)}"#
        let message = Self.base64URL(header.utf8) + "." + Self.base64URL(claims.utf8)
        return message + "." + Self.base64URL(try await signature(Array(message.utf8)))
    }

    func signature(_ message: [UInt8]) async throws -> [UInt8] {
        let hash = "-sha" + algorithm.suffix(3)
        switch (key, algorithm.prefix(2)) {
        case (.secret(let secret), _):
            let hexadecimal = secret.map { String(format: "%02x", $0) }.joined()
            return try await OpenSSLTool.run(
                ["dgst", hash, "-binary", "-mac", "HMAC", "-macopt", "hexkey:\(hexadecimal)"], input: message)
        case (.file(let file), "PS"):
            return try await OpenSSLTool.run(
                [
                    "dgst", hash, "-sign", file, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest",
                ], input: message)
        case (.file(let file), "ES"):
            let size = algorithm == "ES256" ? 32 : algorithm == "ES384" ? 48 : 66
            return Self.numbers(try await OpenSSLTool.run(["dgst", hash, "-sign", file], input: message), size: size)
        case (.file(let file), "Ed"):
            // It signs files only.
            let path = file + ".message"
            try Data(message).write(to: URL(fileURLWithPath: path))
            return try await OpenSSLTool.run(["pkeyutl", "-sign", "-inkey", file, "-rawin", "-in", path])
        case (.file(let file), _): return try await OpenSSLTool.run(["dgst", hash, "-sign", file], input: message)
        }
    }

    /// The two integers of a DER sequence side by side.
    private static func numbers(_ der: [UInt8], size: Int) -> [UInt8] {
        // SEQUENCE, its length in one or two bytes, INTEGER, length, bytes, INTEGER, length, bytes.
        var rest = der.dropFirst(der.dropFirst().first == 0x81 ? 3 : 2)
        var result: [UInt8] = []
        for _ in 0..<2 {
            let count = Int(rest.dropFirst().first ?? 0)
            let number = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
            result += [UInt8](repeating: 0, count: max(0, size - number.count)) + number
            rest = rest.dropFirst(2 + count)
        }
        return result
    }
}
