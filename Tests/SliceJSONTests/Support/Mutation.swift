/// Up to three changes, most often with what matters to the grammar.
func mutated(_ text: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var text = text
    let interesting = Array("{}[]:,\"\\u0019eE+-.tfn \n".utf8) + [0, 0x1F, 0x80, 0xC3, 0xFF]
    for _ in 0..<Int.random(in: 0...3, using: &random) {
        let offset = Int.random(in: 0...text.count, using: &random)
        let byte = interesting.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where offset < text.count: text[offset] = byte
        case 1 where offset < text.count: text.remove(at: offset)
        case 2 where offset < text.count: text[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 3 where offset < text.count:
            // A piece twice: repeated members and brackets.
            let end = min(text.count, offset + Int.random(in: 1...12, using: &random))
            text.insert(contentsOf: text[offset..<end], at: end)
        default: text.insert(byte, at: offset)
        }
    }
    return text
}
