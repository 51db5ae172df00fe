import Glibc
import IceEncoding
import Slice

/// Lines of the access log that are not written yet. A value of its own, so that its memory is looked after once a line and
/// not once a piece.
///
/// No header value, no context, no body and nothing of a query is ever in it.
struct AccessLogText: ~Copyable {
    private var lines = OutputBuffer(minimumCapacity: 4096)
    /// `"2026-11-21T16:32:26.` of the second below.
    private var secondText: [UInt8] = []
    private var second = 0

    /// A longer path is cut. Bytes.
    private static var pathLimit: Int { 1024 }

    /// Bytes.
    var count: Int { lines.count }

    /// - Returns: false when the writer could not take them. They are gone all the same.
    mutating func hand(to writer: LogWriter) -> Bool {
        defer {
            lines.truncate(to: 0)
            lines.shrink(toCapacity: 64 << 10)
        }
        return writer.write(lines.bytes)
    }

    /// - Parameter time: from the request to its answer, in nanoseconds; nil when the request was never complete.
    mutating func append(_ request: EndedRequest, time: UInt64?) {
        writeTime()
        lines.append(",\"client\":")
        if let client = request.clientName {
            lines.append("\"")
            lines.append(utf8: client)
            lines.append("\"")
        } else {
            lines.append("null")
        }
        lines.append(",\"method\":\"")
        lines.append(utf8: request.method.name)
        lines.append("\",\"path\":\"")
        writePath(request.path)
        lines.append("\",\"status\":")
        append(request.reply.status == 0 ? LoopMetrics.clientGone : request.reply.status)
        if let code = request.reply.code {
            lines.append(",\"code\":\"")
            lines.append(utf8: code.rawValue)
            lines.append("\"")
        }
        lines.append(",\"bytes_in\":")
        append(request.bodySize)
        lines.append(",\"bytes_out\":")
        append(request.reply.bodySize)
        if let time {
            lines.append(",\"duration_ms\":")
            append(Int(time / 1_000_000))
            lines.append(".")
            append(Int(time / 1000 % 1000), digits: 3)
        }
        writeCall(request.note)
        lines.append("}\n")
    }

    private mutating func writeCall(_ note: RequestNote?) {
        if let route = note?.route {
            lines.append(",\"service\":\"")
            lines.append(utf8: route.service)
            lines.append("\",\"operation\":\"")
            lines.append(utf8: route.operation.info.name)
            lines.append("\"")
        }
        if let client = note?.client {
            lines.append(",\"user\":\"")
            Array(client.description.utf8).withUnsafeBytes { writePath($0) }
            lines.append("\"")
        }
        guard let field = note?.traceparent, let trace = TraceParent(field) else { return }
        lines.append(",\"trace_id\":\"")
        lines.append(trace.traceID)
        lines.append("\"")
    }
}

extension AccessLogText {
    // MARK: Text

    /// RFC 3339, in UTC, with milliseconds.
    private mutating func writeTime() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != second || secondText.isEmpty {
            second = now.tv_sec
            var parts = tm()
            gmtime_r(&now.tv_sec, &parts)
            secondText = [UInt8](repeating: 0, count: 32)
            secondText.removeLast(32 - strftime(&secondText, 32, "%Y-%m-%dT%H:%M:%S.", &parts))
        }
        lines.append("{\"time\":\"")
        lines.append(secondText)
        append(now.tv_nsec / 1_000_000, digits: 3)
        lines.append("Z\"")
    }

    /// Percent-encodes what is not printable ASCII and what JSON would escape: no path can end its line or its string, or
    /// speak to a terminal.
    private mutating func writePath(_ path: UnsafeRawBufferPointer) {
        if path.count <= Self.pathLimit, path.allSatisfy(Self.isPlain) { return lines.append(path) }
        for byte in path.prefix(Self.pathLimit) {
            if Self.isPlain(byte) {
                lines.append(byte)
            } else {
                lines.append("%")
                lines.append(Self.hexDigit(byte >> 4))
                lines.append(Self.hexDigit(byte & 15))
            }
        }
        if path.count > Self.pathLimit { lines.append("...") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        0x21..<0x7F ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private mutating func append(_ number: Int) { append(number, digits: 1) }

    /// - Parameters:
    ///   - number: not negative.
    ///   - digits: as many at least, with zeros in front.
    private mutating func append(_ number: Int, digits: Int) {
        lines.append(upTo: 20) { memory in
            var rest = number
            var count = 0
            repeat {
                count += 1
                memory[20 - count] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0 || count < digits
            for index in 0..<count { memory[index] = memory[20 - count + index] }
            return count
        }
    }
}
