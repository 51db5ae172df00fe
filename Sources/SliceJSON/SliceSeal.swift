package import IceEncoding

/// Marks the slices of unknown types that clients are given, so that only those are taken back: a slice that a client made
/// up holds what nobody looked at, proxies with endpoints included.
package protocol SliceSeal: Sendable {
    /// Appends to a slice what proves that it was given out.
    func seal(_ slice: inout OutputBuffer)

    /// The slice without what ``seal(_:)`` appended; nil when it was not given out as it is.
    func unsealed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer?
}
