import Files
import Foundation
import Ice

@main
struct Client {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            guard let path = arguments.dropFirst().first else { throw Ice.LocalException(.parse, "which file?") }
            let text = arguments.dropFirst(2).first ?? "files:tcp -h 127.0.0.1 -p 4063"
            let files = try Ice.makeProxy(communicator: communicator, proxyString: text, type: FileTransferPrx.self)
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            let (bytes, chunks) = try await transfer(file, to: files)
            print("sent \(bytes) bytes in \(chunks) chunks")
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    /// Sends a file with up to `window` + 1 chunks under way, so that neither side waits for the other, and no more than
    /// these are in memory.
    ///
    /// - Parameter chunkSize: in bytes; a message is limited by `Ice.MessageSizeMax`.
    static func transfer(
        _ file: FileHandle, to files: FileTransferPrx, chunkSize: Int = 65536, window: Int = 8
    ) async throws -> (bytes: Int, chunks: Int) {
        var (offset, chunks) = (0, 0)
        var pending: [Ice.InvocationFuture<Void>] = []
        while let chunk = try file.read(upToCount: chunkSize), !chunk.isEmpty {
            let future = try files.sendAsync(offset: Int64(offset), bytes: [UInt8](chunk))
            offset += chunk.count
            chunks += 1
            // Until the transport has it: when the server is slow nothing piles up here.
            _ = try await future.sent()
            pending.append(future)
            while pending.count > window { try await pending.removeFirst().value }
        }
        for future in pending { try await future.value }
        return (offset, chunks)
    }
}
