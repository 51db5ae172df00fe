import COpenSSL

/// A SHA-256 hash (FIPS 180-4).
struct Digest: Sendable, Hashable {
    static let size = 32

    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// - Returns: nil when OpenSSL has no memory.
    init?(_ bytes: UnsafeRawBufferPointer) {
        words = (0, 0, 0, 0)
        let isMade = withUnsafeMutableBytes(of: &words) { target in
            EVP_Digest(
                bytes.baseAddress, bytes.count, target.baseAddress?.assumingMemoryBound(to: UInt8.self), nil,
                EVP_sha256(), nil) == 1
        }
        guard isMade else { return nil }
    }

    /// In the standard alphabet, padded: 44 characters.
    var base64: String {
        String(unsafeUninitializedCapacity: Self.size / 3 * 4 + 5) { text in
            withUnsafeBytes(of: words) { bytes in
                // It ends its text with a NUL, which isn't counted.
                Int(EVP_EncodeBlock(text.baseAddress, bytes.baseAddress, Int32(Self.size)))
            }
        }
    }

    static func == (left: Digest, right: Digest) -> Bool {
        // In a time that doesn't tell how many bytes are right.
        withUnsafeBytes(of: left.words) { left in
            withUnsafeBytes(of: right.words) { CRYPTO_memcmp(left.baseAddress, $0.baseAddress, size) == 0 }
        }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
