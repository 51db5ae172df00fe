import Foundation

/// The configurations that `docs/location.md` shows.
struct LocationPage {
    private let blocks: [String]

    init() throws {
        let text = try String(contentsOfFile: "\(Repository.root)/docs/location.md", encoding: .utf8)
        blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    /// - Returns: one with the Slice file where it is here.
    func configuration(of index: Int) throws -> String {
        guard blocks.indices.contains(index) else { throw HarnessError("docs/location.md has no block \(index)") }
        return blocks[index].replacing("Greeter.ice", with: "\(Repository.slice)/Greeter.ice")
    }
}
