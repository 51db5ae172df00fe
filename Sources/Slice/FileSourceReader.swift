/// Reads from the file system.
public struct FileSourceReader: SourceReader {
    public init() {}

    public func read(_ path: String) -> [UInt8]? { nil }
}
