import Foundation
@testable import Ice
import Testing

@Suite("docs/properties.md")
struct PropertiesDocumentTests {
    @Test("the table has all properties that are understood, sorted, with their defaults")
    func table() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/properties.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `Ice") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let names = rows.map { $0[0].trimmingCharacters(in: ["`"]) }
        #expect(names.filter { !Properties.understoodNames.contains($0) } == [])
        #expect(Properties.understoodNames.subtracting(names).sorted() == [])
        #expect(names.filter { $0.hasPrefix("Ice.") } == names.filter { $0.hasPrefix("Ice.") }.sorted())
        for (name, row) in zip(names, rows) { #expect(Properties.understood[name] == row[1], "\(name)") }
    }

    @Test("what a new communicator reads is understood, and nothing else of Ice's is")
    func reading() async throws {
        let properties = Properties(
            Properties.understood.map { ($0, $1) }.filter { !$1.isEmpty && !$0.hasPrefix("IceSSL") })
        let communicator = try Communicator(properties)
        // Read with object adapters.
        #expect(properties.unusedNames == ["Ice.PrintAdapterReady"])
        await communicator.destroy()
    }
}
