import Foundation
import Slice
import Testing

/// The Slice files of Debian's packages: zeroc-ice-slice and mumble-server.
@Suite struct InstalledFilesTests {
    static let folder = "/usr/share/ice/slice"
    static let murmur = "/usr/share/slice/Murmur.ice"
    static let options = SliceCompiler.Options(includePaths: [folder])

    static let files: [String] = {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".ice") }.map { "\(folder)/\($0)" }.sorted()
    }()

    @Test("the packages are installed") func installed() {
        #expect(
            InstalledFilesTests.files.count > 50,
            "no Slice files in \(InstalledFilesTests.folder): apt install zeroc-ice-slice")
        #expect(
            FileManager.default.fileExists(atPath: InstalledFilesTests.murmur),
            "no \(InstalledFilesTests.murmur): apt install mumble-server")
    }

    @Test("each file loads alone without an error") func each() {
        for file in InstalledFilesTests.files {
            let result = SliceCompiler(options: InstalledFilesTests.options).compile([file])
            #expect(result.model != nil, "\(result.diagnostics.map(\.description).joined(separator: "\n"))")
        }
    }

    @Test("all of them load together, as one set of definitions") func together() throws {
        let result = SliceCompiler(options: InstalledFilesTests.options).compile(InstalledFilesTests.files)
        #expect(result.errors.isEmpty)
        let model = try #require(result.model)
        #expect(Set(result.files) == Set(InstalledFilesTests.files))
        #expect(Set(model.order).count == model.order.count)
        #expect(Set(model.order) == model.mainDefinitions)
        let current = try #require(model.structs[ScopedName("::Ice::Current")])
        #expect(current.isLocal)
        #expect(model.interfaces[ScopedName("::Ice::Communicator")]?.isLocal == true)
        #expect(model.classes[ScopedName("::Ice::IPEndpointInfo")]?.isLocal == true)
        #expect(model.exceptions[ScopedName("::Ice::TimeoutException")]?.isLocal == true)
        #expect(model.interfaces[ScopedName("::IceGrid::Admin")]?.isLocal == false)
        try expectResolved(model)
    }

    @Test("Murmur.ice loads") func loadsMurmur() throws {
        let result = SliceCompiler(options: InstalledFilesTests.options).compile([InstalledFilesTests.murmur])
        let model = try #require(
            result.model, "\(result.diagnostics.map(\.description).joined(separator: "\n"))")
        let server = try #require(model.interfaces[ScopedName("::Murmur::Server")])
        #expect(server.operations.count >= 50)
        #expect(model.constants[ScopedName("::Murmur::PermissionWhisper")]?.value == .integer(0x100))
        #expect(!model.mainDefinitions.contains(ScopedName("::Ice::SliceChecksumDict")))
        let user = try #require(model.structs[ScopedName("::Murmur::User")])
        #expect(user.info.comment?.overview == "A connected user.")
        #expect(
            user.members.first?.info.comment?.overview == "Session ID. This identifies the connection to the server.")
        try expectResolved(model)
    }

    /// Every name in a model leads to a definition.
    private func expectResolved(_ model: SliceModel) throws {
        func check(_ type: SliceType, _ place: ScopedName) {
            switch type {
            case .enumeration(let name): #expect(model.enums[name] != nil, "\(place)")
            case .structure(let name): #expect(model.structs[name] != nil, "\(place)")
            case .sequence(let name): #expect(model.sequences[name] != nil, "\(place)")
            case .dictionary(let name): #expect(model.dictionaries[name] != nil, "\(place)")
            case .classInstance(let name): #expect(model.classes[name] != nil, "\(place)")
            case .proxy(let name): #expect(model.interfaces[name] != nil, "\(place)")
            default: break
            }
        }
        for (name, item) in model.structs { item.members.forEach { check($0.type, name) } }
        for (name, item) in model.classes { item.members.forEach { check($0.type, name) } }
        for (name, item) in model.exceptions { item.members.forEach { check($0.type, name) } }
        for (name, item) in model.sequences { check(item.element, name) }
        for (name, item) in model.dictionaries { [item.key, item.value].forEach { check($0, name) } }
        for (name, item) in model.interfaces {
            #expect(item.bases.allSatisfy { model.interfaces[$0] != nil })
            for operation in item.operations {
                (operation.inParameters + operation.outParameters).forEach { check($0.type, name) }
                if let result = operation.result { check(result.type, name) }
                #expect(operation.exceptions.allSatisfy { model.exceptions[$0] != nil })
            }
        }
    }
}
