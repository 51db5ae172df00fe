import Slice
import SliceJSON

/// Answers written as JSON: `{"greet": "Hello, ${name}!", "::Demo::Shop": {"buy": {"@type": "::Demo::OutOfStock", "item": "tea"}}}`.
/// `docs/testing.md` has the whole format.
public struct AnswerFile: Sendable {
    /// By type id and operation.
    private var entries: [String: [String: AnswerEntries]] = [:]

    /// The largest file that is read, in bytes.
    public static let maximumSize = 16 << 20

    /// Reads answers and checks that each one can be given.
    ///
    /// - Parameters:
    ///   - name: of the file, for messages.
    ///   - slice: has the interfaces.
    /// - Throws: ``MockFailure`` with all that is wrong, as `file:line:column: error: …`.
    public init(_ text: String, name: String = "answers", for slice: LoadedSlice) throws(MockFailure) {
        try self.init(bytes: Array(text.utf8), name: name, for: slice)
    }

    /// The same from a file's bytes.
    ///
    /// - Throws: ``MockFailure``.
    public init(bytes: [UInt8], name: String, for slice: LoadedSlice) throws(MockFailure) {
        guard bytes.count <= Self.maximumSize else {
            throw MockFailure("\(name): error: answers of more than \(Self.maximumSize >> 20) MiB are not read")
        }
        let tree: JSONTree
        do throws(JSONError) {
            tree = try JSONTree(parsing: bytes)
        } catch {
            throw MockFailure("\(name):\(error.line):\(error.column): error: \(error.message)")
        }
        var reader = AnswerReader(slice: slice, text: bytes, name: name)
        entries = try reader.read(tree)
    }

    /// What it says about an interface, from the beginning.
    func scripts(for interface: MockedInterface) -> [String: AnswerScript] {
        (entries[interface.typeId] ?? [:]).mapValues { AnswerScript($0) }
    }
}
