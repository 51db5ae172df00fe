import Ice
import IceEncoding

/// What follows the header of a compressed message either unfolds to just as much as it says, or is refused; and whatever is
/// compressed comes back.
///
/// The first byte of an input is the level.
func readCompressed(_ input: UnsafeRawBufferPointer) {
    guard let level = input.first else { return }
    let rest = UnsafeRawBufferPointer(rebasing: input[1...])
    // An announced size of 2 GiB must not need them.
    for maximumSize in [1 << 16, Int(Int32.max)] {
        guard let size = inflatedSize(rest, maximumSize) else { continue }
        var cursor = InputCursor(rest)
        let said = (try? cursor.read(Int32.self)).map(Int.init) ?? 0
        promise(size > 0 && size == said - MessageHeader.size && said <= maximumSize, "\(size) bytes of \(said)")
    }
    comesBack(rest, level: Int(level))
}

private func inflatedSize(_ body: UnsafeRawBufferPointer, _ maximumSize: Int) -> Int? {
    var inflater = MessageInflater()
    return try? inflater.inflate(body, maximumSize: maximumSize).count
}

private func comesBack(_ bytes: UnsafeRawBufferPointer, level: Int) {
    var message = OutputBuffer()
    let start = message.beginMessage(.request)
    // Twice, so that there is something to gain.
    message.append(bytes)
    message.append(bytes)
    message.endMessage(start)
    guard let compressed = MessageDeflater.deflate(message.bytes, level: level) else { return }
    promise(compressed.count < message.count, "\(message.count) bytes became \(compressed.count)")
    var inflater = MessageInflater()
    let body = UnsafeRawBufferPointer(rebasing: compressed.bytes[MessageHeader.size...])
    let again = try? inflater.inflate(body, maximumSize: message.count)
    promise(again?.elementsEqual(message.bytes[MessageHeader.size...]) == true, "it did not come back")
}
