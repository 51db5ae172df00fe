import COpenSSL

/// An `Idempotency-Key` and whose it is: two requests with the same are one.
struct IdempotencyKey: Hashable, Sendable {
    private let key: [UInt8]
    /// Method and path pattern: clients may use a key again elsewhere.
    private let route: String
    /// Nobody meets another client's keys.
    private let client: [UInt8]

    static let maximumLength = 255

    /// - Throws: an empty field, a longer one, and one with bytes that aren't printable ASCII.
    init(_ field: UnsafeRawBufferPointer, _ route: Route, _ method: HTTPRequest.Method, client: [UInt8]) throws(Refusal)
    {
        guard !field.isEmpty, !field.elementsEqual("\"\"".utf8), field.count <= Self.maximumLength,
            field.allSatisfy({ $0 >= 0x20 && $0 < 0x7f })
        else {
            throw Refusal(
                .invalidHeader, "Idempotency-Key must be 1 to \(Self.maximumLength) printable ASCII characters")
        }
        key = Array(field)
        self.route = "\(method.token) \(route.path)"
        self.client = client
    }

    /// What it takes, in bytes.
    var size: Int { key.count + route.utf8.count + client.count }
}

/// SHA-256 of fields, each with its length, so that none can pass for a part of its neighbour.
struct Fingerprint: ~Copyable {
    /// Nil without memory.
    private let context: OpaquePointer?

    init() {
        context = EVP_MD_CTX_new()
        if let context { EVP_DigestInit_ex(context, EVP_sha256(), nil) }
    }

    deinit { EVP_MD_CTX_free(context) }

    func add(_ bytes: UnsafeRawBufferPointer?) {
        // An absent field is none of any length.
        var length = Int64(bytes?.count ?? -1).littleEndian
        EVP_DigestUpdate(context, &length, 8)
        if let bytes, !bytes.isEmpty { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    }

    /// 32 bytes; nil when OpenSSL failed.
    consuming func finish() -> [UInt8]? {
        guard context != nil else { return nil }
        var isMade: Int32 = 0
        let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { target, count in
            var size: UInt32 = 0
            isMade = EVP_DigestFinal_ex(context, target.baseAddress, &size)
            count = isMade == 1 ? Int(size) : 0
        }
        return isMade == 1 ? digest : nil
    }
}

extension HTTPRequest {
    /// Of everything that makes a call another one; nil when OpenSSL fails.
    ///
    /// - Parameter fields: the values of further header fields that do, each with its lines.
    func fingerprint(_ fields: [[UnsafeRawBufferPointer]]) -> [UInt8]? {
        let fingerprint = Fingerprint()
        fingerprint.add(path)
        fingerprint.add(query)
        fingerprint.add(headers.iceMode)
        fingerprint.add(headers.iceFacet)
        for line in headers.iceContext { fingerprint.add(line) }
        fingerprint.add(nil)
        for lines in fields {
            for line in lines { fingerprint.add(line) }
            fingerprint.add(nil)
        }
        fingerprint.add(headers.contentType)
        fingerprint.add(body)
        return fingerprint.finish()
    }
}
