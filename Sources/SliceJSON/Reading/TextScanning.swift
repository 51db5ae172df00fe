/// The top bit of every byte that can't be copied as it is between a JSON string and UTF-8 bytes: quotes, backslashes,
/// control characters, and everything beyond ASCII. The lowest bit set is exact; those above it may be false.
@inline(__always)
func specialBytes(_ word: UInt64) -> UInt64 {
    let word = UInt64(littleEndian: word)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let backslashes = word ^ (ones &* 0x5C)
    let found =
        ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((word &- ones &* 0x20) & ~word) | word
    return found & (ones &* 0x80)
}

/// The length of the UTF-8 sequence that starts here, 1…4; 0 when it is not one (Unicode Standard, table 3-7).
@inline(__always)
func utf8SequenceLength(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
    let left = end - start
    func continues(_ index: Int) -> Bool { start[index] & 0xC0 == 0x80 }
    guard left > 0 else { return 0 }
    let first = start[0]
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF:
        return left >= 2 && continues(1) ? 2 : 0
    case 0xE0...0xEF:
        guard left >= 3, continues(1), continues(2) else { return 0 }
        if first == 0xE0, start[1] < 0xA0 { return 0 }
        if first == 0xED, start[1] > 0x9F { return 0 }
        return 3
    case 0xF0...0xF4:
        guard left >= 4, continues(1), continues(2), continues(3) else { return 0 }
        if first == 0xF0, start[1] < 0x90 { return 0 }
        if first == 0xF4, start[1] > 0x8F { return 0 }
        return 4
    default: return 0
    }
}
