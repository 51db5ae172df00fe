import EventLoop
import Glibc
import IceEncoding
import Slice

/// The access log of one loop: one JSON line a request, handed on at the end of the turn. Confined to the loop.
///
/// No header value, no context, no body and nothing of a query is ever in it.
final class AccessLog: EndOfTurnHandler {
    private let writer: LogWriter
    private let loop: EventLoop
    private var lines = OutputBuffer(minimumCapacity: 4096)
    private var lineCount = 0
    /// Lines that the writer could not take.
    private(set) var droppedLines: UInt64 = 0
    /// `"2026-11-21T16:32:26.` of the second below.
    private var secondText: [UInt8] = []
    private var second = 0

    /// A longer path is cut. Bytes.
    private static let pathLimit = 1024

    init(_ writer: LogWriter, loop: EventLoop) {
        self.writer = writer
        self.loop = loop
    }

    func endOfTurn() {
        if !writer.write(lines.bytes) { droppedLines += UInt64(lineCount) }
        lineCount = 0
        lines.truncate(to: 0)
        lines.shrink(toCapacity: 64 << 10)
    }

    /// - Parameter time: from the request to its answer, in nanoseconds; nil when the request was never complete.
    func write(_ request: EndedRequest, time: UInt64?) {
        if lineCount == 0 { loop.atEndOfTurn(.flush, self) }
        lineCount += 1
        writeTime()
        lines.append(",\"client\":")
        if let client = request.clientAddress {
            lines.append("\"")
            lines.append(utf8: client.description)
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

    private func writeCall(_ note: RequestNote?) {
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

extension AccessLog {
    // MARK: Text

    /// RFC 3339, in UTC, with milliseconds.
    private func writeTime() {
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
    private func writePath(_ path: UnsafeRawBufferPointer) {
        for byte in path.prefix(Self.pathLimit) {
            switch byte {
            case 0x21..<0x7F where byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\"): lines.append(byte)
            default:
                lines.append("%")
                lines.append(Self.hexDigit(byte >> 4))
                lines.append(Self.hexDigit(byte & 15))
            }
        }
        if path.count > Self.pathLimit { lines.append("...") }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private func append(_ number: Int) { append(number, digits: 1) }

    /// - Parameters:
    ///   - number: not negative.
    ///   - digits: as many at least, with zeros in front.
    private func append(_ number: Int, digits: Int) {
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
