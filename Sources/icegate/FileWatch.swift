import EventLoop
import Glibc
import Synchronization

/// Tells when files change, by inotify: when one that was open for writing is closed, or another takes its name.
///
/// Folders are watched, not files, since editors and package managers replace files. A folder that is named itself stands for
/// the Slice files in it, and may be replaced, too. Kubernetes' `..data` link stands for all files beside it.
final class FileWatch: Sendable {
    /// What matters in one folder.
    private struct Folder {
        var path: String
        var names: Set<String> = []
        var hasSlice = false

        func matters(_ name: String, _ mask: UInt32) -> Bool {
            if name == "..data" { return true }
            // Files are told once they are written.
            if mask & UInt32(IN_CREATE) != 0 { return mask & UInt32(IN_ISDIR) != 0 && names.contains(name) }
            if hasSlice, name.hasSuffix(".ice") { return true }
            return names.contains(name) && mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0
        }
    }

    private let descriptor: Int32
    private struct State {
        var paths: [String] = []
        var folders: [Int32: Folder] = [:]
    }

    private let state = Mutex(State())
    private let changed: @Sendable () -> Void

    /// - Parameter changed: is called on a thread of its own, once for changes that come together.
    /// - Throws: ``SystemError`` when the system has no watch or thread left.
    init(_ changed: @escaping @Sendable () -> Void) throws {
        self.changed = changed
        descriptor = inotify_init1(Int32(O_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("inotify_init1") }
        try JoinableThread(name: "icegate-watch") { [self] in run() }.detach()
    }

    /// Watches these files and folders, and no others any more.
    ///
    /// - Returns: those that can't be watched.
    func watch(_ paths: [String]) -> [String] {
        state.withLock { state in
            state.paths = paths
            return replace(&state.folders, by: Self.folders(of: paths))
        }
    }

    /// A folder that was replaced is another one.
    private func watchAgain() {
        state.withLock { state in _ = replace(&state.folders, by: Self.folders(of: state.paths)) }
    }

    /// Each path's folder with its name; of a folder, itself as well.
    private static func folders(of paths: [String]) -> [Folder] {
        var wanted: [String: Folder] = [:]
        for path in paths {
            var path = path[...]
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            var status = stat()
            if stat(String(path), &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                wanted[String(path), default: Folder(path: String(path))].hasSlice = true
            }
            let slash = path.lastIndex(of: "/")
            let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            let name = slash.map { path[path.index(after: $0)...] } ?? path
            guard !name.isEmpty, name != ".", name != ".." else { continue }
            wanted[folder, default: Folder(path: folder)].names.insert(String(name))
        }
        return Array(wanted.values)
    }

    private func replace(_ folders: inout [Int32: Folder], by wanted: [Folder]) -> [String] {
        let mask = UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
        var failed: [String] = []
        var new: [Int32: Folder] = [:]
        for folder in wanted {
            let watch = inotify_add_watch(descriptor, folder.path, mask)
            guard watch >= 0 else {
                failed.append(folder.path)
                continue
            }
            // Two ways to write one folder.
            var entry = new[watch] ?? Folder(path: folder.path)
            entry.names.formUnion(folder.names)
            entry.hasSlice = entry.hasSlice || folder.hasSlice
            new[watch] = entry
        }
        for watch in folders.keys where new[watch] == nil { inotify_rm_watch(descriptor, watch) }
        folders = new
        return failed
    }

    private func run() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        defer { memory.deallocate() }
        while true {
            let count = read(descriptor, memory.baseAddress, memory.count)
            if count > 0 {
                if isRelevant(UnsafeRawBufferPointer(rebasing: memory[..<count])) {
                    watchAgain()
                    changed()
                }
            } else if errno != EINTR {
                return
            }
        }
    }

    /// - Parameter events: `struct inotify_event`s as the kernel wrote them, inotify(7).
    private func isRelevant(_ events: UnsafeRawBufferPointer) -> Bool {
        let folders = state.withLock { $0.folders }
        var rest = events[...]
        while rest.count >= 16 {
            let event = UnsafeRawBufferPointer(rebasing: rest)
            let watch = event.loadUnaligned(fromByteOffset: 0, as: Int32.self)
            let mask = event.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            let length = min(Int(event.loadUnaligned(fromByteOffset: 12, as: UInt32.self)), event.count - 16)
            if mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
            let name = String(decoding: event[16..<16 + length].prefix { $0 != 0 }, as: UTF8.self)
            if folders[watch]?.matters(name, mask) ?? false { return true }
            rest = rest.dropFirst(16 + length)
        }
        return false
    }
}
