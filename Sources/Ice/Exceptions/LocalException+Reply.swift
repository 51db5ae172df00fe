package import IceEncoding

extension LocalException {
    /// The exception that a reply with a status of 2 or more carries.
    ///
    /// - Parameters:
    ///   - status: neither ok nor user exception.
    ///   - body: what follows the status byte.
    ///   - target: fills what the peer left empty.
    /// - Returns: a ``Code/marshal`` exception when the body is not what the status promises.
    package init(status: ReplyStatus, body: UnsafeRawBufferPointer) {
        var cursor = InputCursor(body)
        do throws(MarshalError) {
            switch status {
            case .objectNotExist, .facetNotExist, .operationNotExist:
                let identity = try Identity(&cursor)
                let facet = try cursor.readFacet()
                let operation = try cursor.readName()
                self.init(Code(status: status), "\(operation) of \(identity)\(facet.isEmpty ? "" : " facet \(facet)")")
                target = Target(identity: identity, facet: facet, operation: operation)
            default:
                self.init(Code(status: status), try cursor.readString())
            }
            replyStatus = status
        } catch {
            self.init(.marshal, "reply with status \(status.rawValue): \(error.message)")
        }
    }

    /// For a failure of the encoding.
    package init(_ error: MarshalError) {
        self.init(.marshal, error.message)
    }
}

extension Identity {
    /// Reads the struct `{ string name; string category; }`.
    init(_ cursor: inout InputCursor) throws(MarshalError) {
        let name = try cursor.readString()
        self.init(name: name, category: try cursor.readString())
    }
}

extension InputCursor {
    /// Reads a facet path: none or one string, which is how Ice writes a facet.
    mutating func readFacet() throws(MarshalError) -> String {
        switch try readCount(minimumElementSize: 1) {
        case 0: return ""
        case 1: return try readString()
        case let count: throw MarshalError(.malformed, "facet path of \(count) elements")
        }
    }
}

extension OutputBuffer {
    mutating func append(_ identity: Identity) {
        appendString(identity.name)
        appendString(identity.category)
    }

    mutating func appendFacet(_ facet: String) {
        guard !facet.isEmpty else { return appendSize(0) }
        appendSize(1)
        appendString(facet)
    }
}
