public import IceEncoding

extension Identity {
    /// Reads `[category/]name`, with the escapes of Ice.
    ///
    /// - Throws: ``LocalException`` `.parse`, also for an empty name.
    public init(parsing text: String) throws(LocalException) {
        do {
            try self.init(utf8: Array(text.utf8))
        } catch {
            throw LocalException(.parse, error.message)
        }
    }
}
