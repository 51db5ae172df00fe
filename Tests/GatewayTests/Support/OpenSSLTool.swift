import Foundation

/// The command line of OpenSSL: another maker of keys and signatures than what is tested.
enum OpenSSLTool {
    struct Failure: Error {
        let arguments: [String]
        let status: Int32
    }

    /// What it prints.
    static func run(_ arguments: [String], input: [UInt8] = []) async throws -> [UInt8] {
        try await onThread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["openssl"] + arguments
            let (standardInput, standardOutput) = (Pipe(), Pipe())
            process.standardInput = standardInput
            process.standardOutput = standardOutput
            process.standardError = FileHandle.nullDevice
            try process.run()
            try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
            try standardInput.fileHandleForWriting.close()
            let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw Failure(arguments: arguments, status: process.terminationStatus)
            }
            return Array(output)
        }
    }
}
