import Ice
import IceEncoding
import IceTesting
import Synchronization

/// The objects of Ice's documents in one: Employees, FileTransfer and the operation `op`.
final class DocumentServant: Servant {
    let iceTypeIds = ["::Demo::Employees", "::Demo::FileTransfer", "::Demo::Calculator"]
    private let content = Mutex<[UInt8]>([])

    /// What was transferred.
    var file: [UInt8] { content.withLock { $0 } }

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let encoding = request.current.encoding
        switch request.current.operation {
        case "getName":
            let number = try Encapsulation.read(request.inEncaps) { try $0.read(Int32.self) }
            return OutgoingResponse(outEncaps: Encapsulation.make(encoding) { $0.appendString("employee \(number)") })
        case "send":
            try Encapsulation.read(request.inEncaps) { parameters in
                let offset = Int(try parameters.read(Int32.self))
                let bytes = Array(try parameters.readBytes(try parameters.readSize()))
                content.withLock { content in
                    if content.count < offset + bytes.count {
                        content += Array(repeating: 0, count: offset + bytes.count - content.count)
                    }
                    content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
                }
            }
            return OutgoingResponse(emptyFor: encoding)
        case "op":
            return OutgoingResponse(
                outEncaps: Encapsulation.make(encoding) { results in
                    results.appendBool(true)
                    results.append(7 as Int64)
                    results.appendDouble(0.5)
                })
        default:
            throw LocalException(.operationNotExist, request.current.operation)
        }
    }
}

/// Runs a server with that servant and a client.
func withDocumentServer(_ body: (ObjectPrx, DocumentServant) async throws -> Void) async throws {
    let servant = DocumentServant()
    try await withCommunicator { server in
        let adapter = try server.createObjectAdapterWithEndpoints(name: "Demo", endpoints: "tcp -h 127.0.0.1 -p 0")
        let proxy = try adapter.add(servant: servant, identity: Identity(name: "demo"))
        try adapter.activate()
        try await withCommunicator { client in
            guard let proxy = try client.makeProxy("\(proxy)") else { throw LocalException(.noEndpoint, "") }
            try await body(proxy, servant)
        }
    }
}
