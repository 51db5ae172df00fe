import Files
import Glibc
import Ice

/// Writes what it is sent to one file.
final class Receiver: FileTransfer {
    private let file: Int32

    init(path: String) throws {
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw Ice.LocalException(.file, "cannot write \(path)") }
    }

    deinit { close(file) }

    func send(offset: Int64, bytes: ByteSeq, current: Ice.Current) async throws {
        guard pwrite(file, bytes, bytes.count, Int(offset)) == bytes.count else {
            throw Ice.LocalException(.file, "cannot write at \(offset)")
        }
    }
}

@main
struct Server {
    static func main() async throws {
        var arguments = CommandLine.arguments
        let communicator = try Ice.initialize(&arguments)
        do {
            try await serve(communicator, arguments)
        } catch {
            print("error: \(error)")
            await communicator.destroy()
            exit(1)
        }
        await communicator.destroy()
    }

    static func serve(_ communicator: Ice.Communicator, _ arguments: [String]) async throws {
        let properties = communicator.getProperties()
        _ = properties.parseCommandLineOptions(prefix: "", options: arguments)
        let endpoints = properties.getPropertyWithDefault(key: "endpoints", value: "tcp -h 127.0.0.1 -p 4063")
        let path = properties.getPropertyWithDefault(key: "file", value: "received")
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "FileTransferAdapter", endpoints: endpoints)
        try adapter.add(servant: Receiver(path: path), id: Ice.Identity(name: "files"))
        try adapter.activate()
        Ice.CtrlCHandler().setCallback { _ in communicator.shutdown() }
        print("ready")
        await communicator.shutdownCompleted()
    }
}
