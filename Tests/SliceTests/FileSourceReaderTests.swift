import Foundation
import Slice
import Testing

@Suite struct FileSourceReaderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "slice-\(UUID().uuidString)")

    @Test("reads regular files and nothing else") func reads() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let reader = FileSourceReader()
        let content = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
        let file = folder.appending(path: "a.ice")
        try content.write(to: file)
        #expect(reader.read(file.path) == Array(content))
        try Data().write(to: file)
        #expect(reader.read(file.path) == [])
        #expect(reader.read(folder.path) == nil)
        #expect(reader.read(folder.appending(path: "missing").path) == nil)
        let pipe = folder.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(reader.read(pipe) == nil)
        #expect(reader.read("/dev/zero") == nil)
    }

    @Test("refuses what is too large") func large() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "big.ice").path
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        // Sparse: it takes no room.
        #expect(truncate(file, off_t(FileSourceReader.maximumSize + 1)) == 0)
        #expect(FileSourceReader().read(file) == nil)
    }

    @Test("a file with a relative path and an include beside it") func endToEnd() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "#include \"b.ice\"\nmodule A { struct S { B::T t; } }".write(
            to: folder.appending(path: "a.ice"), atomically: true, encoding: .utf8)
        try "module B { struct T { int i; } }".write(
            to: folder.appending(path: "b.ice"), atomically: true, encoding: .utf8)
        let result = SliceCompiler().compile([folder.appending(path: "a.ice").path])
        #expect(result.model?.structs.count == 2)
        #expect(result.files.count == 2)
    }
}
