import Glibc

/// What Prometheus' client libraries tell of every process, from `/proc/self`.
struct ProcessMetrics {
    /// Nil when `/proc` does not tell.
    var cpuSeconds: Double?
    var residentBytes: Int?
    var virtualBytes: Int?
    /// Of the Unix clock, in seconds.
    var startTime: Double?
    var threads: Int?
    var openDescriptors: Int?
    var maximumDescriptors: Int?

    init() {
        // man 5 proc: fields are counted from 1, and the name, field 2, may have blanks.
        let fields = Self.text("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        func field(_ number: Int) -> Int? {
            fields.indices.contains(number - 3) ? Int(fields[number - 3]) : nil
        }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        if let user = field(14), let system = field(15) { cpuSeconds = Double(user + system) / ticks }
        threads = field(20)
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
        if let start = field(22), let boot = Self.bootTime { startTime = boot + Double(start) / ticks }
        openDescriptors = Self.descriptorCount
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            maximumDescriptors = Int(clamping: limit.rlim_cur)
        }
    }

    func write(to text: inout MetricsWriter) {
        func single(
            _ name: String, _ kind: MetricsWriter.Kind, _ help: String, _ value: (some Any)?,
            _ text: inout MetricsWriter
        ) {
            if let value { text.single(name, kind, help, "\(value)") }
        }
        single(
            "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.", cpuSeconds, &text
        )
        single(
            "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", residentBytes, &text)
        single("process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.", virtualBytes, &text)
        single(
            "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.", startTime,
            &text)
        single("process_open_fds", .gauge, "Number of open file descriptors.", openDescriptors, &text)
        single("process_max_fds", .gauge, "Maximum number of open file descriptors.", maximumDescriptors, &text)
        single("process_threads", .gauge, "Number of threads of the process.", threads, &text)
    }

    private static let bootTime: Double? = text("/proc/stat").split(separator: "\n")
        .first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }

    private static var descriptorCount: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return count - 3
    }

    /// Empty when the file can't be read.
    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
