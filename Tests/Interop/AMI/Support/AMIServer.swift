import Glibc
import Ice
import IceEncoding
import IceTesting
import Testing

/// What serves the probe of AMI.ice: this runtime or a real Ice.
enum AMIServer: CaseIterable, Sendable, CustomTestStringConvertible {
    case ours, python38, python37, cpp37

    /// Those in processes of their own.
    static let peers: [AMIServer] = [.python38, .python37, .cpp37]

    /// Nil for this runtime.
    var peer: Peer? {
        switch self {
        case .ours: nil
        case .python38: .python38
        case .python37: .python37
        case .cpp37: .cpp37
        }
    }

    var testDescription: String { peer?.testDescription ?? "our server" }
}

/// A probe that a test calls.
struct Probe: Sendable {
    /// Of the caller; destroyed at the end of the test.
    let communicator: Communicator
    let proxy: ObjectPrx
    let control: any ProbeControl
    /// Nil for this runtime's.
    let process: ChildProcess?
}

/// What a test wants of the server besides its answers. Goes beside the connection under test.
protocol ProbeControl: Sendable {
    /// Accepts and reads from now on, also after ``stopReading(_:)``.
    func read() async throws
    /// Reads no more what comes from that proxy's connection, which must be there.
    func stopReading(_ proxy: ObjectPrx) async throws
    func open(_ gate: String) async throws
    /// Says whose connection the operations that break one will break. Only our own server has to know.
    func letBreak(_ proxy: ObjectPrx)
    /// Waits until so many requests were dispatched under that name: of an operation, or of what it was told to count.
    ///
    /// - Returns: how many.
    @discardableResult
    func awaitCount(_ name: String, _ count: Int) async throws -> Int
    /// Waits for so many calls of `execute`.
    ///
    /// - Returns: their ids in the order of the dispatches. A peer hands out each once.
    func executed(_ count: Int) async throws -> [String]
}

extension ProbeControl {
    func count(_ name: String) async throws -> Int { try await awaitCount(name, 0) }
}

extension AMIServer {
    /// Runs `body` with a probe that is served, and a communicator to call it with.
    ///
    /// - Parameters:
    ///   - properties: of the caller.
    ///   - isReading: whether connections are accepted from the beginning.
    ///   - threads: that dispatch in a peer.
    func withProbe<Result: Sendable>(
        _ properties: Properties = [:], executor: (any TaskExecutor)? = nil, isReading: Bool = true,
        threads: Int = 4, _ body: (Probe) async throws -> Result
    ) async throws -> Result {
        let properties = properties.clone()
        properties["Ice.MessageSizeMax"] = "0"
        return try await Communicator.with(properties, executor: executor) { communicator in
            try await serve(["tcp -h 127.0.0.1 -p 0", "--Ice.ThreadPool.Server.Size=\(threads)"]) {
                endpoint, control, process in
                let proxy = try #require(try communicator.makeProxy("probe:\(endpoint)"))
                if isReading { try await control.read() }
                return try await body(
                    Probe(communicator: communicator, proxy: proxy, control: control, process: process))
            }
        }
    }

    private func serve<Result: Sendable>(
        _ arguments: [String], _ body: (String, any ProbeControl, ChildProcess?) async throws -> Result
    ) async throws -> Result {
        if let peer {
            return try await peer.withAMIServer(arguments) { server in
                try await body(server.endpoint, server.control, server.process)
            }
        }
        let own = OwnProbe()
        return try await own.serve { endpoint in try await body(endpoint, own, nil) }
    }
}

/// A running peer that serves AMI.ice.
struct AMIPeerServer: Sendable {
    /// Of the probe, as in `tcp -h 127.0.0.1 -p 4061`.
    var endpoint: String
    var control: any ProbeControl
    var process: ChildProcess
}

extension Peer {
    /// Runs `body` with a server whose probe nobody can call before it is told to read.
    ///
    /// - Parameter arguments: the endpoint and properties.
    func withAMIServer<Result: Sendable>(
        _ arguments: [String], _ body: (AMIPeerServer) async throws -> Result
    ) async throws -> Result {
        try await withServer(command: amiServer + arguments) { server in
            let endpoints = server.endpoint.split(separator: " CONTROL ", maxSplits: 1).map { String($0) }
            guard endpoints.count == 2 else { throw HarnessError("no two endpoints in '\(server.endpoint)'") }
            return try await Communicator.with { communicator in
                let proxy = try #require(try communicator.makeProxy("control:\(endpoints[1])"))
                let control = PeerProbeControl(control: proxy, process: server.process)
                return try await body(
                    AMIPeerServer(endpoint: endpoints[0], control: control, process: server.process))
            }
        }
    }

    private var amiServer: [String] {
        switch self {
        case .python38, .python37:
            ["\(Repository.builtPeers)/\(rawValue)/bin/python", "\(Repository.peers)/ami_server.py"]
        case .cpp37: ["\(Repository.builtPeers)/cpp37/ami-server"]
        }
    }
}

/// The object Control of a peer.
private struct PeerProbeControl: ProbeControl {
    let control: ObjectPrx
    let process: ChildProcess

    func read() async throws { try await control.call("activate") }

    func stopReading(_ proxy: ObjectPrx) async throws { try await control.call("pause") }

    func letBreak(_ proxy: ObjectPrx) {}

    func open(_ gate: String) async throws { try await control.call("open") { $0.appendString(gate) } }

    func awaitCount(_ name: String, _ count: Int) async throws -> Int {
        let result = try await control.call("awaitCount") {
            $0.appendString(name)
            $0.append(Int32(count))
        }
        return Int(try result.read { try $0.read(Int32.self) })
    }

    func executed(_ count: Int) async throws -> [String] {
        var ids: [String] = []
        for _ in 0..<count {
            ids.append(String(try await process.line(containing: "EXECUTED ").dropFirst("EXECUTED ".count)))
        }
        return ids
    }
}

extension Communicator {
    /// Runs `body` with a communicator that is destroyed at the end.
    static func with<Result>(
        _ properties: Properties = [:], executor: (any TaskExecutor)? = nil,
        _ body: (Communicator) async throws -> Result
    ) async throws -> Result {
        let communicator = try Communicator(properties, executor: executor)
        do {
            let result = try await body(communicator)
            await communicator.destroy()
            return result
        } catch {
            await communicator.destroy()
            throw error
        }
    }
}
