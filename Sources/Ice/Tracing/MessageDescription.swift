import IceEncoding
import Logging

/// What a message says, for `Ice.Trace.Protocol`. Whatever can't be read is left out.
struct MessageDescription {
    private(set) var kind = "unknown message"
    private(set) var metadata: Logger.Metadata = [:]

    /// - Parameter message: whole, its header included.
    init(_ message: UnsafeRawBufferPointer) {
        var cursor = InputCursor(message)
        do throws(MarshalError) {
            let header = try MessageHeader(&cursor, maximumSize: Int(Int32.max))
            metadata["ice-message-size"] = "\(header.messageSize)"
            metadata["ice-compression"] = "\(header.compression)"
            kind = Self.name(header.kind)
            guard header.compression != 2 else { return }
            try readBody(header.kind, &cursor)
        } catch {
            metadata["error"] = "\(error.message)"
        }
    }

    private static func name(_ kind: MessageHeader.Kind) -> String {
        switch kind {
        case .request: "request"
        case .batchRequest: "batch request"
        case .reply: "reply"
        case .validateConnection: "validate connection"
        case .closeConnection: "close connection"
        }
    }

    private mutating func readBody(_ kind: MessageHeader.Kind, _ cursor: inout InputCursor) throws(MarshalError) {
        switch kind {
        case .request:
            let id = try cursor.read(Int32.self)
            metadata["ice-request-id"] = id == 0 ? "0 (oneway)" : "\(id)"
            metadata.merge(try Self.request(&cursor)) { $1 }
        case .batchRequest:
            let count = try cursor.read(Int32.self)
            var requests: [Logger.MetadataValue] = []
            // Whatever a peer counts, this ends with its bytes.
            while requests.count < Int(count) {
                requests.append(.dictionary(try Self.request(&cursor)))
            }
            metadata["ice-requests"] = .array(requests)
        case .reply:
            metadata["ice-request-id"] = "\(try cursor.read(Int32.self))"
            let status = ReplyStatus(rawValue: try cursor.read(UInt8.self))
            metadata["ice-reply-status"] = "\(status.rawValue)"
            switch status {
            case .ok, .userException: metadata["ice-encoding"] = "\(try cursor.readEncapsulation().encoding)"
            case .objectNotExist, .facetNotExist, .operationNotExist:
                metadata.merge(try Self.target(&cursor)) { $1 }
            default: metadata["error"] = "\(try cursor.readString())"
            }
        case .validateConnection, .closeConnection: break
        }
    }

    private static func target(_ cursor: inout InputCursor) throws(MarshalError) -> Logger.Metadata {
        [
            "ice-identity": "\(try Identity(&cursor).text())", "ice-facet": "\(try cursor.readFacet())",
            "ice-operation": "\(try cursor.readString())",
        ]
    }

    private static func request(_ cursor: inout InputCursor) throws(MarshalError) -> Logger.Metadata {
        var metadata = try target(&cursor)
        let mode = try cursor.read(UInt8.self)
        metadata["ice-mode"] = OperationMode(rawValue: mode).map { "\($0)" } ?? "\(mode)"
        // Keys only: values are where secrets are.
        var keys: [Logger.MetadataValue] = []
        for _ in 0..<(try cursor.readCount(minimumElementSize: 2)) {
            keys.append("\(try cursor.readString())")
            _ = try cursor.readString()
        }
        if !keys.isEmpty { metadata["ice-context"] = .array(keys) }
        metadata["ice-encoding"] = "\(try cursor.readEncapsulation().encoding)"
        return metadata
    }
}
