import IceEncoding

/// What became of the elements of a twoway batch, in their order: `{"status":…,"body":…}` each, as one array or one a line.
struct BatchAnswer: ~Copyable {
    /// When it is longer, in bytes, no more calls are made for it.
    static let limit = 64 << 20

    private let isLines: Bool
    private var body = OutputBuffer(minimumCapacity: 4096)
    /// Those that came before their turn, by index.
    private var early: [Int: [UInt8]] = [:]
    private var earlySize = 0
    /// The index of the element that is written next.
    private var next = 0

    init(isLines: Bool) {
        self.isLines = isLines
        if !isLines { body.append("[") }
    }

    var isFull: Bool { body.count + earlySize >= Self.limit }

    mutating func append(_ response: consuming HTTPResponse, at index: Int) {
        guard index == next else {
            var entry = OutputBuffer(minimumCapacity: response.body.count + 32)
            Self.write(response, into: &entry)
            early[index] = Array(entry.bytes)
            earlySize += entry.count
            return
        }
        separate()
        Self.write(response, into: &body)
        next += 1
        while let entry = early.removeValue(forKey: next) {
            earlySize -= entry.count
            separate()
            body.append(entry)
            next += 1
        }
    }

    private mutating func separate() {
        if next > 0 { body.append(isLines ? "\n" : ",") }
    }

    private static func write(_ response: borrowing HTTPResponse, into buffer: inout OutputBuffer) {
        buffer.append("{\"status\":")
        buffer.append(utf8: String(response.status))
        buffer.append(",\"body\":")
        if response.body.count > 0 { buffer.append(response.body.bytes) } else { buffer.append("null") }
        buffer.append("}")
    }

    /// Gives all of it away.
    ///
    /// - Parameter headers: further header fields.
    mutating func response(headers: [(name: String, value: String)]) -> HTTPResponse {
        if !isLines { body.append("]") } else if next > 0 { body.append("\n") }
        var whole = OutputBuffer(minimumCapacity: 0)
        swap(&whole, &body)
        return HTTPResponse(status: 200, contentType: isLines ? .lines : .json, headers: headers, body: whole)
    }
}
