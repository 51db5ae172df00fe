extension EncodingVersion {
    /// Reads `major.minor`.
    ///
    /// - Throws: ``ParseError`` when it isn't that, or the major version is 0.
    public init(parsing text: String) throws(ParseError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt8(parts[0]), let minor = UInt8(parts[1]), major > 0 else {
            throw ParseError("'\(text)' is no version")
        }
        self.init(major: major, minor: minor)
    }
}
