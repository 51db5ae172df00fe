import Foundation
import Glibc
import Ice

/// An IceGrid registry and node in one process, with two replicas of the C++ peer: `greeter @ Greeter-1.Interop`,
/// `greeter @ Greeter-2.Interop`, both together `greeter @ Greeters`, and `greeter` as a well-known object. Servers may
/// register with it, too.
struct IceGrid: Sendable {
    /// The text of its locator's proxy.
    var locator: String
    /// As in `tcp -h 127.0.0.1 -p 4061`.
    var endpoint: String
    /// The processes of the replicas.
    var replicas: [pid_t]
    /// Where tests may write.
    var folder: String

    static func with<Result: Sendable>(_ body: (IceGrid) async throws -> Result) async throws -> Result {
        try await TemporaryFolder.with { folder in
            let input = try ReplicaInput(folder)
            defer { input.end() }
            try prepare(folder)
            return try await IceService.with(
                "icegridnode", package: "zeroc-icegrid", properties(folder),
                arguments: ["--deploy", "\(folder)/greeters.xml"], folder: folder, adapter: "IceGrid.Registry.Client"
            ) { process, endpoint in
                _ = try await process.line(containing: "servers ready")
                let locator = "IceGrid/Locator:\(endpoint)"
                // Who asks for a replica makes the node start it.
                try await activate(["greeter @ Greeter-1.Interop", "greeter @ Greeter-2.Interop"], locator)
                var replicas: [pid_t] = []
                for _ in 0..<2 {
                    let line = try await process.line(containing: "REPLICA ")
                    guard let pid = line.split(separator: " ").last.flatMap({ pid_t($0) }) else {
                        throw HarnessError("no process in '\(line)'")
                    }
                    replicas.append(pid)
                }
                let grid = IceGrid(
                    locator: locator, endpoint: endpoint, replicas: replicas, folder: folder)
                return try await body(grid)
            }
        }
    }

    private static func activate(_ proxies: [String], _ locator: String) async throws {
        let communicator = try Communicator(["Ice.Default.Locator": locator])
        do {
            for text in proxies { try await communicator.makeProxy(text)?.ice_ping() }
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    private static func prepare(_ folder: String) throws {
        for name in ["registry", "node"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try """
        echo "REPLICA $$"
        exec \(Repository.builtPeers)/cpp37/server "$@" <'\(folder)/input'
        """.write(toFile: "\(folder)/replica.sh", atomically: true, encoding: .utf8)
        try application(folder).write(toFile: "\(folder)/greeters.xml", atomically: true, encoding: .utf8)
    }

    /// Nothing leaves the loopback interface.
    private static func properties(_ folder: String) -> [(String, String)] {
        [
            ("IceGrid.InstanceName", "IceGrid"),
            ("IceGrid.Registry.Client.Endpoints", "tcp -h 127.0.0.1 -p 0"),
            ("IceGrid.Registry.Server.Endpoints", "tcp -h 127.0.0.1 -p 0"),
            ("IceGrid.Registry.Internal.Endpoints", "tcp -h 127.0.0.1 -p 0"),
            ("IceGrid.Registry.Discovery.Enabled", "0"),
            ("IceGrid.Registry.LMDB.Path", "\(folder)/registry"),
            ("IceGrid.Registry.LMDB.MapSize", "10"),
            ("IceGrid.Registry.DynamicRegistration", "1"),
            ("IceGrid.Registry.PermissionsVerifier", "IceGrid/NullPermissionsVerifier"),
            ("IceGrid.Registry.AdminPermissionsVerifier", "IceGrid/NullPermissionsVerifier"),
            ("IceGridAdmin.Username", "test"),
            ("IceGridAdmin.Password", "test"),
            ("IceGrid.Node.Name", "node"),
            ("IceGrid.Node.Endpoints", "tcp -h 127.0.0.1 -p 0"),
            ("IceGrid.Node.Data", "\(folder)/node"),
            ("IceGrid.Node.CollocateRegistry", "1"),
            ("IceGrid.Node.PrintServersReady", "servers"),
            // Started by root, it would start servers as somebody who may not be able to read the programs.
            ("IceGrid.Node.AllowRunningServersAsRoot", "1"),
        ]
    }

    private static func application(_ folder: String) -> String {
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? ""
        return """
            <icegrid>
              <application name="Greeters">
                <replica-group id="Greeters">
                  <load-balancing type="random" n-replicas="0"/>
                  <object identity="greeter" type="::VisitorCenter::Greeter"/>
                </replica-group>
                <server-template id="Greeter">
                  <parameter name="index"/>
                  <server id="Greeter-${index}" exe="/bin/sh" user="\(user)" activation="on-demand">
                    <option>\(folder)/replica.sh</option>
                    <option>tcp -h 127.0.0.1 -p 0</option>
                    <adapter name="Interop" endpoints="tcp -h 127.0.0.1" replica-group="Greeters"/>
                  </server>
                </server-template>
                <node name="node">
                  <server-instance template="Greeter" index="1"/>
                  <server-instance template="Greeter" index="2"/>
                </node>
              </application>
            </icegrid>
            """
    }
}

/// The standard input of the replicas: they end with it, and it ends with the test, also when that dies.
private struct ReplicaInput {
    private let descriptor: Int32

    init(_ folder: String) throws {
        guard mkfifo("\(folder)/input", 0o600) == 0 else {
            throw HarnessError("mkfifo: \(String(cString: strerror(errno)))")
        }
        descriptor = open("\(folder)/input", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw HarnessError("fifo: \(String(cString: strerror(errno)))") }
    }

    func end() { close(descriptor) }
}
