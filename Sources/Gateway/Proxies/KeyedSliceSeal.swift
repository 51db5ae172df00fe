import COpenSSL
package import IceEncoding
import SliceJSON

/// Seals slices with a code that only who has the key can make: HMAC-SHA256 (RFC 2104), its first 16 bytes behind the slice.
package struct KeyedSliceSeal: SliceSeal {
    /// Bytes of the code that are kept; RFC 2104, section 5 asks for half of the hash.
    static let size = 16

    private let key: SlicesKey
    private let takesAny: Bool

    /// - Parameter takesAny: whether slices are taken with any code, as clients may name any proxy in the open.
    package init(_ key: SlicesKey, takesAny: Bool = false) {
        self.key = key
        self.takesAny = takesAny
    }

    package func seal(_ slice: inout OutputBuffer) {
        // Without a code it won't be taken back, which is all that can be done where OpenSSL has no memory.
        guard let code = code(of: slice.bytes) else { return }
        slice.append(Array(code.prefix(Self.size)))
    }

    package func unsealed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count >= Self.size else { return nil }
        let slice = UnsafeRawBufferPointer(rebasing: bytes.dropLast(Self.size))
        let claimed = UnsafeRawBufferPointer(rebasing: bytes.suffix(Self.size))
        if takesAny { return slice }
        guard let code = code(of: slice), isEqual(code, claimed) else { return nil }
        return slice
    }

    /// In a time that doesn't tell how many bytes are right.
    private func isEqual(_ code: [UInt8], _ claimed: UnsafeRawBufferPointer) -> Bool {
        code.withUnsafeBytes { CRYPTO_memcmp($0.baseAddress, claimed.baseAddress, Self.size) == 0 }
    }

    /// The whole HMAC, 32 bytes; nil when OpenSSL fails.
    private func code(of slice: UnsafeRawBufferPointer) -> [UInt8]? {
        let data = slice.bindMemory(to: UInt8.self)
        var count: UInt32 = 0
        let code = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { target, initialized in
            let made = HMAC(
                EVP_sha256(), key.bytes, Int32(truncatingIfNeeded: key.bytes.count), data.baseAddress, data.count,
                target.baseAddress, &count)
            initialized = made == nil ? 0 : Int(count)
        }
        return code.count >= Self.size ? code : nil
    }
}
